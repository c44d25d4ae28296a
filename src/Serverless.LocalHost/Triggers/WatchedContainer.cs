using Azure.Storage.Blobs;
using Microsoft.Azure.WebJobs.Host.Bindings.Path;

namespace Serverless.LocalHost.Triggers;

/// <summary>A blob-triggered function and the blobs it is for.</summary>
internal sealed class WatchedPath
{
    private readonly BindingTemplateSource? _name;

    public WatchedPath(string function, string path)
    {
        Function = function;
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        Container = slash < 0 ? path : path[..slash];
        var name = slash < 0 ? "" : path[(slash + 1)..];
        // The SDK's own matching, so that a blob is announced exactly when the real host would find it.
        _name = name.Length == 0 ? null : BindingTemplateSource.FromString(name);
        var variable = name.IndexOf('{', StringComparison.Ordinal);
        Prefix = variable < 0 ? name : name[..variable];
    }

    public string Function { get; }

    public string Container { get; }

    /// <summary>What all its blobs' names begin with.</summary>
    public string Prefix { get; }

    public bool Matches(string blob) => _name is null || _name.CreateBindingData(blob) is not null;
}

/// <summary>A container that is watched, for one or more functions.</summary>
internal sealed record WatchedContainer(BlobContainerClient Client, BlobReceipts Receipts, IReadOnlyList<WatchedPath> Paths)
{
    /// <summary>The longest beginning that all its functions share.</summary>
    public string? Prefix => Paths is [{ Prefix.Length: > 0 } only] ? only.Prefix : null;
}
