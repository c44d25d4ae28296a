using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Serverless.Operations.Poison;

namespace Serverless.Operations.Storage;

/// <summary>The app's storage: its blobs, its results, and the queue of what failed.</summary>
internal sealed class PoisonAccount(BlobServiceClient blobs, QueueServiceClient queues, string resultsContainer)
{
    /// <summary>The Functions host's name of the queue, the same for every app on the account.</summary>
    private const string QueueName = "webjobs-blobtrigger-poison";

    /// <summary>The name and key that every emulator has: public, documented, no secret.</summary>
    private const string EmulatorName = "devstoreaccount1";
    private const string EmulatorKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public PoisonQueue Queue { get; } = new(queues.GetQueueClient(QueueName));

    public BlobClient Image(PoisonedBlob blob) => blobs.GetBlobContainerClient(blob.Container).GetBlobClient(blob.Name);

    /// <summary>A document or note of the app, by its own name.</summary>
    public BlobClient Result(string name) => blobs.GetBlobContainerClient(resultsContainer).GetBlobClient(name);

    /// <summary>By a connection string, with whatever rights it gives.</summary>
    /// <exception cref="OperationsException">It is none.</exception>
    public static PoisonAccount Connect(string connectionString, string resultsContainer)
    {
        try
        {
            return new(new BlobServiceClient(connectionString, Blobs()), new QueueServiceClient(connectionString, Queues()), resultsContainer);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new OperationsException(
                $"--connection-string is none ({wrong.Message}): DefaultEndpointsProtocol=...;AccountName=...;AccountKey=... or UseDevelopmentStorage=true is expected.");
        }
    }

    /// <summary>Azurite on this machine.</summary>
    public static PoisonAccount Local(int blobPort, int queuePort, string resultsContainer) => Connect(
        $"DefaultEndpointsProtocol=http;AccountName={EmulatorName};AccountKey={EmulatorKey};"
        + $"BlobEndpoint=http://127.0.0.1:{blobPort}/{EmulatorName};QueueEndpoint=http://127.0.0.1:{queuePort}/{EmulatorName};",
        resultsContainer);

    /// <summary>On Azure, as whoever is signed in.</summary>
    public static PoisonAccount SignIn(Uri account, Uri? queue, string resultsContainer)
    {
        var identity = new DefaultAzureCredential();
        return new(
            new BlobServiceClient(account, identity, Blobs()), new QueueServiceClient(queue ?? QueueAddress(account), identity, Queues()), resultsContainer);
    }

    /// <summary><c>https://NAME.queue...</c> beside <c>https://NAME.blob...</c>.</summary>
    /// <exception cref="OperationsException">The address is of another form.</exception>
    internal static Uri QueueAddress(Uri account) => account.Host.Split('.') is [var name, "blob", .. { Length: > 0 } suffix]
        ? new Uri($"{account.Scheme}://{name}.queue.{string.Join('.', suffix)}/")
        : throw new OperationsException($"The address of the queues cannot be told from {account}: give it with --queue-url.");

    private static BlobClientOptions Blobs() => Hasty(new BlobClientOptions
    {
        // Names are taken as they are: "a/" and "a" are two blobs.
        TrimBlobNameSlashes = false,
    });

    /// <summary>Messages are decoded here: one that is no base64 would hide the rest of its batch.</summary>
    private static QueueClientOptions Queues() => Hasty(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None });

    /// <summary>Somebody waits at a terminal.</summary>
    private static T Hasty<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(300);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(20);
        return options;
    }
}
