using Serverless.Benchmarks.Programs;
using Serverless.Benchmarks.Reports;
using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Measurements;

/// <summary>One picture after another, everyone in turns while the others are idle.</summary>
internal sealed class Latency(Bench bench, Serving serving)
{
    private readonly List<double> _ownRuns = [];

    public async Task<LatencyFigures> MeasureAsync(CancellationToken cancellation)
    {
        var vgg16 = await bench.AlternateAsync("Latency, VGG16", [.. Vgg16()], bench.Plan.Latency, cancellation);

        const string bare = "bare of the default", bareThreads = "bare of the default, threads", classifier = "classifier of the default";
        serving.Add(bare, PeerProgram.Bare, bench.Models.PathOf(BenchModels.Default));
        serving.Add(bareThreads, PeerProgram.BareThreads, bench.Models.PathOf(BenchModels.Default));
        serving.Add(classifier, PeerProgram.Classifier, bench.Models.Folder, BenchModels.Default);
        var small = await bench.AlternateAsync(
            $"Latency, {BenchModels.Default}",
            [
                new(Contestants.Bare, stop => serving.Peers[bare].TimeAsync("run", stop)),
                new(Contestants.BareThreads, stop => serving.Peers[bareThreads].TimeAsync("run", stop)),
                new(Contestants.Classifier, stop => serving.Peers[classifier].TimeAsync($"classify {Bench.PhotographPath}", stop)),
                new(Contestants.App, serving.AppCaller(BenchModels.Default).TimeAsync),
            ],
            bench.Plan.DefaultLatency,
            cancellation);
        return new LatencyFigures(All(vgg16), OverBare(vgg16), All(small), OverBare(small), vgg16[Contestants.App].Over(vgg16[Contestants.BareThreads]), Figure.Of(CountedOwnRuns()));
    }

    /// <summary>Without those of the time before the first round.</summary>
    private IEnumerable<double> CountedOwnRuns() => _ownRuns.TakeLast(bench.Plan.Latency.Rounds * (bench.Plan.Latency.Discarded + bench.Plan.Latency.Kept));

    private IEnumerable<Contestant> Vgg16()
    {
        serving.Add(Contestants.BareThreads, PeerProgram.BareThreads, bench.Vgg16);
        yield return new(Contestants.Bare, stop => serving.Peers[Contestants.Bare].TimeAsync("run", stop));
        yield return new(Contestants.BareThreads, stop => serving.Peers[Contestants.BareThreads].TimeAsync("run", stop));
        yield return new(Contestants.Classifier, stop => serving.Peers[Contestants.Classifier].TimeAsync($"classify {Bench.PhotographPath}", stop));
        yield return new(Contestants.App, TimeAppAsync);
        if (serving.Node is { } node)
        {
            yield return new(Contestants.NodeRun, stop => serving.Peers[Contestants.Node].TimeAsync("run", stop));
            yield return new(Contestants.Node, node.TimeAsync);
        }

        foreach (var (run, whole) in new[] { (Contestants.MlNetRun, Contestants.MlNet), (Contestants.PyTorchRun, Contestants.PyTorch) })
        {
            if (serving.Peers.TryGetValue(whole, out var peer))
            {
                yield return new(run, stop => peer.TimeAsync("run", stop));
                yield return new(whole, stop => peer.TimeAsync($"classify {Bench.PhotographPath}", stop));
            }
        }

        if (bench.Models.Int8Absent is null)
        {
            serving.Add(Contestants.BareInt8, PeerProgram.Bare, bench.Models.PathOf(BenchModels.Vgg16Int8));
            yield return new(Contestants.BareInt8, stop => serving.Peers[Contestants.BareInt8].TimeAsync("run", stop));
            yield return new(Contestants.AppInt8, serving.AppCaller(BenchModels.Vgg16Int8).TimeAsync);
        }
    }

    private async Task<double> TimeAppAsync(CancellationToken cancellation)
    {
        var (ms, answer) = await serving.AppCaller(BenchModels.Vgg16).PostAsync(cancellation);
        _ownRuns.Add(answer.GetProperty("timing").GetProperty("inferenceMs").GetDouble());
        return ms;
    }

    private static Dictionary<string, Figure> All(IReadOnlyDictionary<string, Series> series) => series.ToDictionary(one => one.Key, one => one.Value.All);

    private static Dictionary<string, Figure> OverBare(IReadOnlyDictionary<string, Series> series) =>
        series.ToDictionary(one => one.Key, one => one.Value.Over(series[Contestants.Bare]));
}
