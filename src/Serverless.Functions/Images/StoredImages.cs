using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Telemetry;
using Serverless.Functions.Results;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Images;

/// <summary>Reads images from their container: properties first, then the bytes of just that version.</summary>
public sealed class StoredImages(IOptions<ClassifierOptions> options)
{
    /// <summary>The version that is there now, or null when there is no such blob.</summary>
    internal static async Task<BlobVersion?> FindAsync(BlobClient blob, CancellationToken cancellation)
    {
        try
        {
            var properties = (await blob.GetPropertiesAsync(cancellationToken: cancellation)).Value;
            return IsFolder(properties) ? null : new(BlobVersion.Unquoted(properties.ETag), properties.LastModified, properties.ContentLength);
        }
        catch (RequestFailedException missing) when (StorageFailure.IsNotFound(missing))
        {
            return null;
        }
    }

    /// <summary>Downloads one version.</summary>
    /// <returns>Its bytes, or null when that version is not there any more.</returns>
    /// <exception cref="ClassifierException">It has too many bytes; nothing was read.</exception>
    internal async Task<ImageBytes?> ReadAsync(BlobClient blob, BlobVersion version, CancellationToken cancellation)
    {
        var limit = options.Value.MaxImageBytes;
        if (version.Bytes > limit) throw TooManyBytes(version.Bytes, limit);
        try
        {
            var only = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = version.Condition } };
            using var download = (await blob.DownloadStreamingAsync(only, cancellation)).Value;
            return await ImageBytes.ReadAsync(download.Content, version.Bytes, limit, cancellation);
        }
        catch (RequestFailedException gone) when (StorageFailure.IsNotFound(gone) || StorageFailure.IsOvertaken(gone))
        {
            return null;
        }
    }

    /// <summary>What is said of an image with too many bytes; counted here, because the classifier never sees it.</summary>
    internal static ClassifierException TooManyBytes(long? bytes, long limit)
    {
        ClassifierTelemetry.Rejected(ErrorKind.TooManyBytes);
        return new(ErrorKind.TooManyBytes, bytes is { } count
            ? string.Create(CultureInfo.InvariantCulture, $"The image has {count:N0} bytes; {limit:N0} are allowed.")
            : string.Create(CultureInfo.InvariantCulture, $"The image has more than the {limit:N0} bytes that are allowed."));
    }

    /// <summary>Accounts with a hierarchical namespace keep their folders as empty blobs.</summary>
    private static bool IsFolder(BlobProperties properties) =>
        properties.ContentLength == 0 && properties.Metadata.TryGetValue("hdi_isfolder", out var folder) && folder == "true";
}
