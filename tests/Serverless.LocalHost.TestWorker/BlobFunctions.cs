using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Serverless.LocalHost.TestWorker;

internal sealed partial class BlobFunctions(Journal journal, Gate gate, ILogger<BlobFunctions> logger)
{
    /// <summary>
    /// A blob's name says what becomes of it: <c>fail...</c> throws, <c>gate...</c> waits for the gate, <c>crash...</c> ends the worker
    /// the first time it is seen; anything else succeeds.
    /// </summary>
    [Function("ClassifyBlob")]
    public async Task ClassifyBlob(
        [BlobTrigger("%ImagesContainer%/{name}")] BlobClient client, string name, FunctionContext context, CancellationToken cancellation)
    {
        var properties = (await client.GetPropertiesAsync(cancellationToken: cancellation)).Value;
        journal.Add("blob", new
        {
            name,
            clientName = client.Name,
            container = client.BlobContainerName,
            etag = properties.ETag.ToString(),
            size = properties.ContentLength,
            uri = client.Uri.AbsoluteUri,
            data = context.BindingContext.BindingData.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString()),
            traceparent = context.TraceContext.TraceParent,
        });
        LogBlob(name, properties.ContentLength);

        var file = name[(name.LastIndexOf('/') + 1)..];
        if (file.StartsWith("fail", StringComparison.Ordinal))
            throw new InvalidOperationException("cannot decode " + name);
        if (file.StartsWith("crash", StringComparison.Ordinal) && journal.Count("blob", $"\"name\":\"{name}\"") == 1)
            Environment.FailFast("told to crash");
        if (file.StartsWith("gate", StringComparison.Ordinal))
            await gate.PassAsync(cancellation);
        journal.Add("blob-done", new { name, etag = properties.ETag.ToString() });
    }

    [LoggerMessage(LogLevel.Information, "blob {Name} has {Bytes} bytes")]
    private partial void LogBlob(string name, long bytes);
}
