using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Storage;

/// <summary>The containers, each reached with as much patience as the caller has.</summary>
public sealed class StorageClients(IConfiguration configuration, AzureComponentFactory azure, IOptions<StorageOptions> options)
{
    private readonly BlobServiceClient _patient = Connect(configuration, azure, TimeSpan.FromSeconds(15), tries: 2);

    /// <summary>Two tries of 2 s and a short pause between them: an HTTP caller hears within five seconds that storage does not answer.</summary>
    private readonly BlobServiceClient _interactive = Connect(configuration, azure, TimeSpan.FromSeconds(2), tries: 2);

    /// <summary>For work that nobody waits for; long silences are mended by waiting outside of the client.</summary>
    public BlobContainerClient Images => _patient.GetBlobContainerClient(options.Value.ImagesContainer);

    /// <inheritdoc cref="Images"/>
    public BlobContainerClient Results => _patient.GetBlobContainerClient(options.Value.ResultsContainer);

    /// <summary>For an HTTP caller.</summary>
    public BlobContainerClient ImagesNow => _interactive.GetBlobContainerClient(options.Value.ImagesContainer);

    /// <inheritdoc cref="ImagesNow"/>
    public BlobContainerClient ResultsNow => _interactive.GetBlobContainerClient(options.Value.ResultsContainer);

    /// <summary>The blob service's address as the host reads it: given whole, or by the account's name.</summary>
    internal static string? ServiceUri(IConfigurationSection connection) => (connection["blobServiceUri"], connection["accountName"]) switch
    {
        ({ Length: > 0 } address, _) => address,
        (_, { Length: > 0 } account) => $"https://{account}.blob.core.windows.net",
        _ => null,
    };

    private static BlobServiceClient Connect(IConfiguration configuration, AzureComponentFactory azure, TimeSpan timeout, int tries)
    {
        var client = new BlobClientOptions
        {
            Retry = { Mode = RetryMode.Exponential, MaxRetries = tries - 1, Delay = TimeSpan.FromMilliseconds(300), NetworkTimeout = timeout },
            // Names are taken as they are: "a/" and "a" are two blobs.
            TrimBlobNameSlashes = false,
        };
        var connection = configuration.GetSection(StorageOptions.Connection);
        return connection.Value is { Length: > 0 } connectionString
            ? new BlobServiceClient(connectionString, client)
            // The same settings as the host's give the same credential: __credential, __clientId, or the default chain.
            : new BlobServiceClient(new Uri(ServiceUri(connection)!), azure.CreateTokenCredential(connection), client);
    }
}
