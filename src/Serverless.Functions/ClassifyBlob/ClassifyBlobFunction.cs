using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Functions.Storage;

namespace Serverless.Functions.ClassifyBlob;

/// <summary>Classifies each image that is uploaded.</summary>
public sealed partial class ClassifyBlobFunction(BlobClassification classification, IOptions<StorageOptions> options, ILogger<ClassifyBlobFunction> log)
{
#if EVENT_GRID
    private const BlobTriggerSource Source = BlobTriggerSource.EventGrid;
#else
    private const BlobTriggerSource Source = BlobTriggerSource.LogsAndContainerScan;
#endif

    /// <summary>Bound to the client, not to the bytes: those would come through the host, whole, before anything is known of them.</summary>
    [Function("ClassifyBlob")]
    public async Task RunAsync(
        [BlobTrigger("%" + nameof(StorageOptions.ImagesContainer) + "%/{name}", Connection = StorageOptions.Connection, Source = Source)] BlobClient blob,
        CancellationToken cancellation)
    {
        // Nobody checks an event against the trigger's path before it comes here.
        if (blob.BlobContainerName != options.Value.ImagesContainer || blob.Name.Length == 0)
        {
            LogIgnored(blob.BlobContainerName, blob.Name, options.Value.ImagesContainer);
            return;
        }

        await classification.RunAsync(blob.Name, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ignored an event for {Container}/{Blob}: images are expected in {Expected}")]
    private partial void LogIgnored(string container, string blob, string expected);
}
