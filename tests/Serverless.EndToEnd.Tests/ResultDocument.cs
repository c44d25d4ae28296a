using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Serverless.EndToEnd.Tests;

/// <summary>A result document as a user reads it.</summary>
internal sealed record ResultDocument(JsonElement Json)
{
    public string Status => Json.GetProperty("status").GetString()!;

    public string? ErrorCode => Json.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null;

    public string SourceETag => Json.GetProperty("source").GetProperty("etag").GetString()!.Trim('"');

    public IReadOnlyList<string> Labels => [.. Json.GetProperty("predictions").EnumerateArray().Select(prediction => prediction.GetProperty("label").GetString()!)];

    /// <summary>The document of a blob; null while there is none.</summary>
    public static async Task<ResultDocument?> ReadAsync(LocalApp app, string blob)
    {
        try
        {
            BlobDownloadResult document = await app.Results.GetBlobClient($"{blob}.json").DownloadContentAsync();
            using var json = JsonDocument.Parse(document.Content);
            return new ResultDocument(json.RootElement.Clone());
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Waits for the document of one version of a blob.</summary>
    public static Task<ResultDocument> WaitAsync(LocalApp app, string blob, ETag version, TimeSpan? patience = null) =>
        Eventually.GetAsync(
            async () => await ReadAsync(app, blob) is { } document && document.SourceETag == version.ToString().Trim('"') ? document : null,
            $"{blob} has the document of its version {version}",
            patience,
            app.Tail);
}

internal static class Uploads
{
    /// <summary>Uploads content under a name, over what is there, and returns the version's ETag.</summary>
    public static async Task<ETag> PutAsync(this BlobContainerClient container, string name, byte[] content)
    {
        BlobContentInfo info = await container.GetBlobClient(name).UploadAsync(new BinaryData(content), overwrite: true);
        return info.ETag;
    }
}
