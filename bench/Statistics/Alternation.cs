using System.Diagnostics;

namespace Serverless.Benchmarks.Statistics;

/// <summary>One thing that is measured beside others.</summary>
/// <param name="Key">Its name for machines.</param>
/// <param name="MeasureAsync">Does it once and says what was measured.</param>
internal sealed record Contestant(string Key, Func<CancellationToken, Task<double>> MeasureAsync);

/// <summary>How often.</summary>
/// <param name="Rounds">In each, everyone has a turn.</param>
/// <param name="Kept">Values of a turn that count.</param>
/// <param name="Discarded">Values at the beginning of a turn that do not: caches hold what the one before wanted.</param>
internal sealed record AlternationPlan(int Rounds, int Kept = 1, int Discarded = 0)
{
    /// <summary>How long everyone works before the first round, at least once; zero for not at all.</summary>
    public TimeSpan WarmUp { get; init; }
}

/// <summary>
/// Measures several contestants in turns, one at a time while the others are idle, so that a machine that becomes slower or warmer does so for all of them.
/// </summary>
internal static class Alternation
{
    /// <summary>ONNX Runtime's threads spin for some tens of milliseconds after a run: whoever comes next is not to pay for it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>Measures.</summary>
    /// <param name="contestants">Each with a key of its own.</param>
    /// <param name="plan">How often.</param>
    /// <param name="progress">Told before each round: its number from 1 and the number of all.</param>
    /// <param name="cancellation">Ends it between two measurements.</param>
    public static async Task<IReadOnlyDictionary<string, Series>> RunAsync(
        IReadOnlyList<Contestant> contestants, AlternationPlan plan, Action<int, int> progress, CancellationToken cancellation)
    {
        if (plan.WarmUp > TimeSpan.Zero)
        {
            foreach (var contestant in contestants)
            {
                await WarmUpAsync(contestant, plan.WarmUp, cancellation);
            }
        }

        var values = contestants.ToDictionary(contestant => contestant.Key, _ => new List<IReadOnlyList<double>>());
        for (var round = 0; round < plan.Rounds; round++)
        {
            progress(round + 1, plan.Rounds);
            foreach (var turn in Order(contestants.Count, round))
            {
                await Task.Delay(Pause, cancellation);
                values[contestants[turn].Key].Add(await TakeTurnAsync(contestants[turn], plan, cancellation));
            }
        }

        return values.ToDictionary(pair => pair.Key, pair => new Series(pair.Value));
    }

    /// <summary>
    /// Who comes when: each round begins with another one, and every second round goes backwards, so that nobody always follows the same neighbour.
    /// </summary>
    internal static IReadOnlyList<int> Order(int count, int round)
    {
        IEnumerable<int> order = Enumerable.Range(0, count).Select(place => (place + round / 2) % count);
        return [.. round % 2 == 0 ? order : order.Reverse()];
    }

    private static async Task WarmUpAsync(Contestant contestant, TimeSpan time, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            cancellation.ThrowIfCancellationRequested();
            await contestant.MeasureAsync(cancellation);
        }
        while (Stopwatch.GetElapsedTime(start) < time);
    }

    private static async Task<IReadOnlyList<double>> TakeTurnAsync(Contestant contestant, AlternationPlan plan, CancellationToken cancellation)
    {
        var kept = new List<double>(plan.Kept);
        for (var i = 0; i < plan.Discarded + plan.Kept; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var value = await contestant.MeasureAsync(cancellation);
            if (i >= plan.Discarded)
            {
                kept.Add(value);
            }
        }

        return kept;
    }
}
