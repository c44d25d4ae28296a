using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace Serverless.LocalHost.Triggers;

/// <summary>How our own storage clients behave: who calls them tries again anyway, so they answer soon instead of trying long.</summary>
internal static class Clients
{
    public static BlobClientOptions Blobs() => Quick(new BlobClientOptions());

    public static QueueClientOptions Queues() => Quick(new QueueClientOptions());

    private static T Quick<T>(T options) where T : ClientOptions
    {
        options.Retry.MaxRetries = 1;
        options.Retry.Delay = TimeSpan.FromMilliseconds(100);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        return options;
    }
}
