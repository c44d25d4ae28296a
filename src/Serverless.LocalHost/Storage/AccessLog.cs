using System.Text.RegularExpressions;

namespace Serverless.LocalHost.Storage;

/// <summary>Reads Azurite's access log: what was just written is looked at now instead of at the next scan.</summary>
internal static partial class AccessLog
{
    /// <summary>The container and the blob that a line says was written, or null.</summary>
    public static (string Container, string Blob)? Written(string line)
    {
        if (Put().Match(line) is not { Success: true } match)
            return null;
        var path = match.Groups["path"].Value;
        var query = path.IndexOf('?', StringComparison.Ordinal);
        // A block is no blob yet; the list of blocks that follows makes it one.
        if (query >= 0 && path.AsSpan(query).Contains("comp=block&", StringComparison.Ordinal) || path.EndsWith("comp=block", StringComparison.Ordinal))
            return null;
        var parts = (query < 0 ? path : path[..query]).Split('/', 4);
        return parts is [_, _, { Length: > 0 } container, { Length: > 0 } blob] ? (container, Uri.UnescapeDataString(blob)) : null;
    }

    [GeneratedRegex("\"PUT (?<path>/[^ ]*) HTTP/[0-9.]+\" 20[12] ")]
    private static partial Regex Put();
}
