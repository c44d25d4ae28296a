using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Functions.Json;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Results;

/// <summary>
/// Result documents in their container. Each carries the ETag of the image that it answers in its metadata, and is written only over
/// the very document that the writer saw before.
/// </summary>
public sealed class ResultStore(StorageClients storage)
{
    private const string SourceETag = "sourceetag";
    private const string SourceLastModified = "sourcelastmodified";

    /// <summary>What is stored for an image now.</summary>
    /// <param name="blob">The image's name.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<StoredResult> FindAsync(string blob, CancellationToken cancellation)
    {
        try
        {
            var properties = await Client(storage.Results, blob).GetPropertiesAsync(cancellationToken: cancellation);
            return new(properties.Value.ETag, properties.Value.Metadata.TryGetValue(SourceETag, out var answered) ? answered : null);
        }
        catch (RequestFailedException missing) when (StorageFailure.IsNotFound(missing))
        {
            return StoredResult.None;
        }
    }

    /// <summary>Writes a document unless somebody else wrote since <paramref name="seen"/>.</summary>
    /// <returns>Whether it was written; false when somebody was faster.</returns>
    public async Task<bool> TryWriteAsync(ResultDocument document, string blob, BlobVersion source, StoredResult seen, CancellationToken cancellation)
    {
        var upload = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            Metadata = new Dictionary<string, string>
            {
                [SourceETag] = source.ETag,
                [SourceLastModified] = source.LastModified.ToString("O", CultureInfo.InvariantCulture),
            },
            Conditions = seen.ETag is { } etag ? new() { IfMatch = etag } : new() { IfNoneMatch = ETag.All },
        };
        var json = BinaryData.FromBytes(AnswerJson.Serialize(document));
        try
        {
            await Client(storage.Results, blob).UploadAsync(json, upload, cancellation);
            return true;
        }
        catch (RequestFailedException overtaken) when (StorageFailure.IsOvertaken(overtaken))
        {
            return false;
        }
        catch (RequestFailedException missing) when (StorageFailure.IsContainerMissing(missing))
        {
            await storage.Results.CreateIfNotExistsAsync(cancellationToken: cancellation);
            return await TryWriteAsync(document, blob, source, seen, cancellation);
        }
    }

    /// <summary>The stored document as it lies there, or null; for an HTTP caller.</summary>
    public async Task<BlobDownloadResult?> ReadAsync(string blob, CancellationToken cancellation)
    {
        try
        {
            return (await Client(storage.ResultsNow, blob).DownloadContentAsync(cancellation)).Value;
        }
        catch (RequestFailedException missing) when (StorageFailure.IsNotFound(missing))
        {
            return null;
        }
    }

    private static BlobClient Client(BlobContainerClient results, string blob) => results.GetBlobClient(ResultName.Of(blob));
}

/// <summary>A result document that is there, or not.</summary>
/// <param name="ETag">The document's own version; null when there is none.</param>
/// <param name="Answers">The version of the image that it answers; null when there is none or it does not say.</param>
public sealed record StoredResult(ETag? ETag, string? Answers)
{
    /// <summary>There is no document.</summary>
    public static StoredResult None { get; } = new(null, null);
}
