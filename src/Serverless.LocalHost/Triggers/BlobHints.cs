using System.Threading.Channels;
using Serverless.LocalHost.Storage;

namespace Serverless.LocalHost.Triggers;

/// <summary>Blobs that Azurite's access log just named. Only hints: one that is dropped is found by the next scan.</summary>
internal sealed class BlobHints
{
    private readonly Channel<(string Container, string Blob)> _hints =
        Channel.CreateBounded<(string, string)>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });

    public ChannelReader<(string Container, string Blob)> Reader => _hints.Reader;

    public void Line(string line)
    {
        if (AccessLog.Written(line) is { } written)
            _hints.Writer.TryWrite(written);
    }
}
