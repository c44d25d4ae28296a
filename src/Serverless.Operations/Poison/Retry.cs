using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.Operations.Storage;

namespace Serverless.Operations.Poison;

/// <summary>
/// Puts a failed blob back to work by copying it onto itself. That is a new version with the same content: it has no receipt, its time is new,
/// and storage announces it, so that a host runs it whether it polls, reads the storage's logs or listens to Event Grid, and whatever its host id
/// is. (A message in the host's own queue would need that id, and a new value of the metadata is announced to nobody.)
/// </summary>
internal static class Retry
{
    /// <summary>Makes the new version, of what was looked at and nothing else.</summary>
    /// <returns>False when somebody wrote the blob in this moment: look again.</returns>
    /// <exception cref="RequestFailedException">Storage does not let it be written: it is leased, archived, protected.</exception>
    public static async Task<bool> TryTouchAsync(PoisonAccount account, PoisonedBlob blob, BlobProperties seen, CancellationToken cancellation)
    {
        var image = account.Image(blob);
        var onlySeen = new BlobRequestConditions { IfMatch = seen.ETag };
        var copy = new BlobCopyFromUriOptions { SourceConditions = onlySeen, DestinationConditions = onlySeen };
        // Content, headers and metadata come with a copy; these two do not.
        if (seen is { AccessTier: { Length: > 0 } tier, AccessTierInferred: false }) copy.AccessTier = new AccessTier(tier);
        if (seen.TagCount > 0) copy.Tags = (await image.GetTagsAsync(cancellationToken: cancellation)).Value.Tags;
        try
        {
            var operation = await image.StartCopyFromUriAsync(image.Uri, copy, cancellation);
            await operation.WaitForCompletionAsync(cancellation);
            return true;
        }
        catch (RequestFailedException overtaken) when (overtaken.ErrorCode is "ConditionNotMet" or "SourceConditionNotMet" or "TargetConditionNotMet" or "BlobNotFound")
        {
            return false;
        }
    }
}
