using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Tests.Statistics;

public class AlternationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EveryRoundHasEverybodyOnceAndInTwiceAsManyRoundsAsThereAreContestantsEachOneComesFirstAndLastTwice(int count)
    {
        List<IReadOnlyList<int>> rounds = [.. Enumerable.Range(0, 2 * count).Select(round => Alternation.Order(count, round))];

        Assert.All(rounds, round => Assert.Equal(Enumerable.Range(0, count), round.Order()));
        Assert.All(Enumerable.Range(0, count), one => Assert.Equal(2, rounds.Count(round => round[0] == one)));
        Assert.All(Enumerable.Range(0, count), one => Assert.Equal(2, rounds.Count(round => round[^1] == one)));
    }

    [Fact]
    public async Task WhatIsDiscardedIsMeasuredAndDoesNotCount()
    {
        var calls = new List<string>();
        Contestant[] contestants = [Counting("a", calls), Counting("b", calls)];

        var series = await Alternation.RunAsync(contestants, new AlternationPlan(Rounds: 2, Kept: 2, Discarded: 1), (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "a", "a", "b", "b", "b", "b", "b", "b", "a", "a", "a"], calls);
        Assert.Equal(4, series["a"].All.Count);
        // The calls 2, 3, 11, 12 of all; those of b are 5, 6, 8, 9.
        Assert.Equal(7, series["a"].All.Median);
        Assert.Equal(7, series["b"].All.Median);
        // Round by round a is at 2.5 and 11.5, b at 5.5 and 8.5.
        var beyond = series["a"].Beyond(series["b"]);
        Assert.Equal(0, beyond.Median, 9);
        Assert.Equal(-2.4, beyond.P10, 9);
        Assert.Equal(2.4, beyond.P90, 9);
    }

    [Fact]
    public async Task EveryoneWarmsUpBeforeTheFirstRoundAndThatDoesNotCount()
    {
        var calls = new List<string>();
        Contestant[] contestants = [Counting("a", calls), Counting("b", calls)];
        var before = 0;

        var series = await Alternation.RunAsync(
            contestants, new AlternationPlan(Rounds: 1) { WarmUp = TimeSpan.FromTicks(1) }, (_, _) => before = calls.Count, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b"], calls.Take(before).Distinct());
        Assert.Equal(["a", "b"], calls.Skip(before));
        Assert.Equal(new Figure(before + 1, before + 1, before + 1, 1), series["a"].All);
    }

    [Fact]
    public async Task NothingIsMeasuredAnyMoreOnceItIsCancelled()
    {
        using var stop = new CancellationTokenSource();
        var calls = new List<string>();
        Contestant[] contestants =
        [
            new("a", async _ =>
            {
                await stop.CancelAsync();
                return 1;
            }),
            Counting("b", calls),
        ];

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Alternation.RunAsync(contestants, new AlternationPlan(Rounds: 1), (_, _) => { }, stop.Token));
        Assert.Empty(calls);
    }

    private static Contestant Counting(string key, List<string> calls) => new(key, _ =>
    {
        calls.Add(key);
        return Task.FromResult((double)calls.Count);
    });
}
