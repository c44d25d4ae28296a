using System.Diagnostics;
using Serverless.Benchmarks.Programs;
using Serverless.Benchmarks.Reports;
using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Measurements;

/// <summary>
/// Pictures a second of VGG16 against the number of callers, each of whom sends the next picture when the last is answered; and ONNX Runtime alone on eight at once.
/// </summary>
internal sealed class Throughput(Bench bench, Serving serving)
{
    private const int Batch = 8;
    // To where nobody gains by more: batches of 8-bit integers do until then.
    private static readonly int[] CallerCounts = [1, 2, 4, 8, 16];

    public async Task<ThroughputFigures> MeasureAsync(CancellationToken cancellation)
    {
        var plan = new AlternationPlan(bench.Plan.ThroughputRounds);
        var doors = Doors().ToList();
        var served = doors.ToDictionary(door => door.Key, _ => new Dictionary<int, Figure>());
        IReadOnlyDictionary<string, Series> series = null!;
        foreach (var callers in CallerCounts)
        {
            series = await bench.AlternateAsync(
                $"Throughput, {callers} callers",
                [.. doors.Select(door => new Contestant(door.Key, stop => ServedAsync(door.Caller, callers, stop)))],
                plan,
                cancellation);
            foreach (var (key, values) in series)
            {
                served[key][callers] = values.All;
            }
        }

        var batches = await bench.AlternateAsync("Throughput, batches", [.. Batches()], plan with { Discarded = 1 }, cancellation);
        return new ThroughputFigures(
            served.ToDictionary(one => one.Key, one => (IReadOnlyDictionary<int, Figure>)one.Value),
            batches.ToDictionary(one => one.Key, one => one.Value.All),
            series.TryGetValue(Contestants.AppInt8, out var int8) ? int8.Over(series[Contestants.App]) : null);
    }

    private IEnumerable<(string Key, HttpCaller Caller)> Doors()
    {
        yield return (Contestants.App, serving.AppCaller(BenchModels.Vgg16));
        if (bench.Models.Int8Absent is null)
        {
            yield return (Contestants.AppInt8, serving.AppCaller(BenchModels.Vgg16Int8));
        }

        if (serving.Node is { } node)
        {
            yield return (Contestants.Node, node);
        }
    }

    private IEnumerable<Contestant> Batches()
    {
        yield return OfBatches(Contestants.Bare);
        if (bench.Models.Int8Absent is null)
        {
            if (!serving.Peers.ContainsKey(Contestants.BareInt8))
            {
                serving.Add(Contestants.BareInt8, PeerProgram.Bare, bench.Models.PathOf(BenchModels.Vgg16Int8));
            }

            yield return OfBatches(Contestants.BareInt8);
        }
    }

    private Contestant OfBatches(string key) => new(key, async stop => Batch / await serving.Peers[key].TimeAsync($"run {Batch}", stop) * 1000);

    /// <summary>What was begun in the time is finished and counts, and so does the time for it.</summary>
    private async Task<double> ServedAsync(HttpCaller caller, int callers, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            var count = 0;
            do
            {
                await caller.PostAsync(cancellation);
                count++;
            }
            while (Stopwatch.GetElapsedTime(start) < bench.Plan.ThroughputTime);
            return count;
        }));
        return counts.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
