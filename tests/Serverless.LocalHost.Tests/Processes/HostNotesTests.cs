using Serverless.LocalHost.Processes;
using Serverless.LocalHost.Tests.Running;

namespace Serverless.LocalHost.Tests.Processes;

public sealed class HostNotesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatAKilledHostLeftRunningIsEnded()
    {
        using var child = await SleeperAsync();
        using (var first = HostNotes.Open(_folder.Storage))
            first.Add("sleeper", child);

        using var second = HostNotes.Open(_folder.Storage);

        Assert.Equal([$"sleeper (process {child.Id})"], second.EndLeftovers());
        Assert.False(Liveness.IsAlive(child.Id));
    }

    [Fact]
    public async Task AProcessThatOnlyHasTheSameNumberIsLeftAlone()
    {
        using var child = await SleeperAsync();
        var file = Path.Combine(_folder.Storage, "local-host.json");
        using (var first = HostNotes.Open(_folder.Storage))
            first.Add("sleeper", child);
        // The note is of a process that started long before.
        File.WriteAllText(file, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(file), "20[0-9]{2}-", "2001-"));

        using var second = HostNotes.Open(_folder.Storage);

        Assert.Empty(second.EndLeftovers());
        Assert.True(Liveness.IsAlive(child.Id));
        child.Kill();
        await child.Exited;
    }

    [Fact]
    public void TwoHostsNeverShareAFolder()
    {
        using var first = HostNotes.Open(_folder.Storage);

        Assert.Contains("--storage-folder", Assert.Throws<LocalHostException>(() => HostNotes.Open(_folder.Storage)).Message, StringComparison.Ordinal);
    }

    private Task<ChildProcess> SleeperAsync() =>
        ChildProcess.StartAsync(new ProgramStart("sleep", ["600"], _folder.Root, new Dictionary<string, string?>(), EndSignal.Kill), _ => { }, _ => { });
}
