using Serverless.Benchmarks.Programs;

namespace Serverless.Benchmarks.Tests.Programs;

public class PeerTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task APeerIsAskedALineAndAnswersALineOfJson()
    {
        await using var peer = Peer.Start(Shell("while read -r line; do echo \"{\\\"ms\\\": ${#line}, \\\"asked\\\": \\\"$line\\\"}\"; done"));

        Assert.Equal(3, await peer.TimeAsync("run", Stop));
        Assert.Equal("decode a file.jpg", (await peer.AskAsync("decode a file.jpg", Stop)).GetProperty("asked").GetString());
    }

    [Fact]
    public async Task APeerThatEndsInsteadOfAnsweringIsAnErrorWithItsLastLines()
    {
        await using var peer = Peer.Start(Shell("read -r line; echo no network here >&2; exit 1"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => peer.AskAsync("run", Stop));
        Assert.Contains("asked to run", error.Message, StringComparison.Ordinal);
    }

    private static PeerProgram Shell(string script) => new("shell", "a shell", "sh", ["-c", script]);
}
