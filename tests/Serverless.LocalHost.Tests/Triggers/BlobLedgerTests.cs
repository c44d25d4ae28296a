using Serverless.LocalHost.Triggers;

namespace Serverless.LocalHost.Tests.Triggers;

public class BlobLedgerTests
{
    private static readonly BlobVersion Version = new("F", "images", "a.png", "0x1");

    private readonly BlobLedger _ledger = new(tries: 2);

    [Fact]
    public void AVersionIsAnnouncedOnce() => Assert.Equal([true, false], [_ledger.TryAnnounce(Version), _ledger.TryAnnounce(Version)]);

    [Fact]
    public void AnotherContentIsAnotherVersion()
    {
        _ledger.TryAnnounce(Version);

        Assert.True(_ledger.TryAnnounce(Version with { ETag = "0x2" }));
    }

    [Fact]
    public void AnAnnouncementThatDidNotGetThroughIsMadeAgain()
    {
        _ledger.TryAnnounce(Version);
        _ledger.Retract(Version);

        Assert.True(_ledger.TryAnnounce(Version));
    }

    [Fact]
    public void WhatSucceededIsDone()
    {
        _ledger.TryBegin(Version, out _);
        _ledger.Succeed(Version);

        Assert.Equal(Admission.Done, _ledger.TryBegin(Version, out _));
    }

    [Fact]
    public void WhatHasAReceiptIsNeitherAnnouncedNorRun()
    {
        _ledger.Remember(Version);

        Assert.Equal((false, Admission.Done), (_ledger.TryAnnounce(Version), _ledger.TryBegin(Version, out _)));
    }

    [Fact]
    public async Task WhoArrivesWhileItRunsCanWaitForItsEnd()
    {
        _ledger.TryBegin(Version, out _);
        var second = _ledger.TryBegin(Version, out var running);
        Assert.Equal((Admission.Running, false), (second, running.IsCompleted));

        _ledger.Succeed(Version);

        await running;
    }

    [Fact]
    public void AfterTheLastTryItIsPoisonedAndNotAnnouncedAgain()
    {
        _ledger.TryBegin(Version, out _);
        var first = _ledger.Fail(Version);
        _ledger.TryBegin(Version, out _);
        var last = _ledger.Fail(Version);

        Assert.Equal((false, true), (first, last));
        Assert.Equal((Admission.Poisoned, false), (_ledger.TryBegin(Version, out _), _ledger.TryAnnounce(Version)));
    }

    [Fact]
    public void ANewSdkStartsWithWhatIsNeitherDoneNorRunning()
    {
        var (announced, running, done, failed) = (Version, Version with { Name = "b" }, Version with { Name = "c" }, Version with { Name = "d" });
        _ledger.TryAnnounce(announced);
        _ledger.TryBegin(running, out _);
        _ledger.Remember(done);
        _ledger.TryBegin(failed, out _);
        _ledger.Fail(failed);

        _ledger.ForgetUnfinished();

        Assert.Equal([true, false, false, true], [_ledger.TryAnnounce(announced), _ledger.TryAnnounce(running), _ledger.TryAnnounce(done), _ledger.TryAnnounce(failed)]);
        _ledger.TryBegin(failed, out _);
        Assert.False(_ledger.Fail(failed));
    }
}
