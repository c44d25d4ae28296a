using Microsoft.Extensions.Time.Testing;
using Serverless.Functions.Patience;

namespace Serverless.Functions.Tests.Patience;

public class PerseveranceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<TimeSpan> _pauses = [];

    [Fact]
    public async Task AStepThatSucceedsIsDoneOnce()
    {
        var tries = 0;

        await Make().DoAsync(() => Task.FromResult(++tries), CancellationToken.None);

        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task AStepThatTimeMendsIsRepeatedUntilItSucceeds()
    {
        var tries = 0;

        var work = Make().DoAsync(() => ++tries < 4 ? throw new TimeoutException() : Task.FromResult("done"), CancellationToken.None);
        await PassTimeUntilDoneAsync(work);

        Assert.Equal(("done", 4), (await work, tries));
    }

    [Fact]
    public async Task WhatTimeCannotMendIsThrownAtOnce()
    {
        var tries = 0;

        await Assert.ThrowsAsync<FormatException>(() => Make().DoAsync<int>(
            () =>
            {
                tries++;
                throw new FormatException();
            },
            CancellationToken.None));

        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task WhatStaysBrokenIsThrownWhenTheLimitIsReached()
    {
        var work = Make().DoAsync<int>(() => throw new TimeoutException(), CancellationToken.None);
        var start = _time.GetUtcNow();
        await PassTimeUntilDoneAsync(work);

        await Assert.ThrowsAsync<TimeoutException>(() => work);
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(61));
    }

    [Fact]
    public async Task TheStepsOfOnePieceOfWorkShareTheLimit()
    {
        var perseverance = Make();
        _time.Advance(TimeSpan.FromSeconds(61));

        await Assert.ThrowsAsync<TimeoutException>(() => perseverance.DoAsync<int>(() => throw new TimeoutException(), CancellationToken.None));
        Assert.Empty(_pauses);
    }

    [Fact]
    public void WhatIsLeftOfTheLimitShrinksToNothing()
    {
        var perseverance = Make();

        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(TimeSpan.FromSeconds(10), perseverance.Left);
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(TimeSpan.Zero, perseverance.Left);
    }

    [Fact]
    public async Task CancellationEndsAPause()
    {
        using var cancellation = new CancellationTokenSource();

        var work = Make().DoAsync<int>(() => throw new TimeoutException(), cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
    }

    private Perseverance Make() => new(
        new PausePolicy(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)),
        _time,
        failure => failure is TimeoutException,
        (_, pause) => _pauses.Add(pause));

    private Task PassTimeUntilDoneAsync(Task work) => Eventually.TrueAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            return work.IsCompleted;
        },
        "the work ends");
}
