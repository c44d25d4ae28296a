using Serverless.Benchmarks.Programs;

namespace Serverless.Benchmarks.Tests.Programs;

public class RunningProgramTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task AProgramIsGoneWhenItIsDisposed()
    {
        var program = RunningProgram.Start("cat", [], readsOutput: false);
        var pid = program.Pid;
        Assert.True(LocalApp.IsAlive(pid));

        await program.DisposeAsync();

        Assert.False(Directory.Exists($"/proc/{pid}"));
    }

    [Fact]
    public async Task AProgramThatEndsWhileItIsWaitedForIsAnErrorWithItsLastLines()
    {
        await using var program = RunningProgram.Start("sh", ["-c", "echo the model is missing >&2; exit 3"], readsOutput: false);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => program.WhileRunningAsync(stop => Task.Delay(Timeout.Infinite, stop), Stop));
        Assert.Contains("the model is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsWaitedForMayFailByItself()
    {
        await using var program = RunningProgram.Start("cat", [], readsOutput: false);

        await Assert.ThrowsAsync<FormatException>(() => program.WhileRunningAsync(_ => throw new FormatException(), Stop));
        await Assert.ThrowsAsync<FormatException>(() => program.WhileRunningAsync(_ => Task.FromException(new FormatException()), Stop));
    }

    [Fact]
    public async Task AProgramThatIsNoLongerWantedIsEnded()
    {
        using var folder = new TemporaryFolder();
        var pidFile = Path.Combine(folder.Path, "pid");
        using var stop = new CancellationTokenSource();
        var running = RunningProgram.RunAsync("sh", ["-c", $"echo $$ >{pidFile}.new && mv {pidFile}.new {pidFile} && exec tail -f /dev/null"], stop.Token);
        await Eventually.TrueAsync(() => File.Exists(pidFile));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.False(Directory.Exists($"/proc/{(await File.ReadAllTextAsync(pidFile, Stop)).Trim()}"));
    }
}
