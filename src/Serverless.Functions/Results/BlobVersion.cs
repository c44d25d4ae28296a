using Azure;

namespace Serverless.Functions.Results;

/// <summary>One version of an image's blob.</summary>
/// <param name="ETag">Names the version, without quotes: storage gives it with them in some answers and without in others.</param>
/// <param name="LastModified">When it was written.</param>
/// <param name="Bytes">Its size.</param>
public sealed record BlobVersion(string ETag, DateTimeOffset LastModified, long Bytes)
{
    /// <summary>Only this version.</summary>
    internal ETag Condition => new($"\"{ETag}\"");

    internal static string Unquoted(ETag etag) => etag.ToString("H").Trim('"');
}
