using Serverless.Benchmarks.Machine;
using Serverless.Benchmarks.Programs;
using Serverless.Benchmarks.Reports;
using Serverless.Benchmarks.Statistics;
using Serverless.Testing;

namespace Serverless.Benchmarks.Measurements;

/// <summary>
/// From the start of a process to its first answer for VGG16, a fresh process each time, the page cache warm.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>Times run from the start that the kernel notes (<see cref="ProcessClock"/>), for everyone alike.</item>
/// <item>A server is asked from the moment that its port listens, so that its own loading is the only thing waited for.</item>
/// <item>
/// <c>health/live</c> and the first classification are asked of different processes, in turns: in one process the classification would hold the other answer up and
/// make the distance between them look smaller.
/// </item>
/// <item>Those without a server answer on their standard output, which costs them no HTTP.</item>
/// <item>The storage runs already. A first round does not count: it fills the page cache, and the app prepares its model.</item>
/// </list>
/// </remarks>
internal sealed class ColdStart(Bench bench)
{
    private const string Live = "live";

    private readonly List<double> _fromHost = [];

    public async Task<ColdStartFigures> MeasureAsync(CancellationToken cancellation)
    {
        await using var storage = await AzuriteProcess.StartNewAsync(); // 5
        Contestant[] contestants =
        [
            new(Contestants.App, stop => AppAsync(storage, host => new HttpCaller(new Uri(host.Api, "classify"), bench.Photograph).UntilAnsweredAsync, _fromHost, stop)),
            new(Live, stop => AppAsync(storage, host => stop => HttpCaller.UntilAnsweredAsync(new Uri(host.Api, "health/live"), stop), fromHost: null, stop)), // 3
            new(Contestants.Bare, stop => ByLineAsync(PeerProgram.Bare, "run", stop)),
            .. bench.Peers.Select(peer => new Contestant(peer.Key, stop => peer == PeerProgram.Node
                ? NodeAsync(stop)
                : ByLineAsync(peer, $"classify {Bench.PhotographPath}", stop))),
        ];
        await bench.AlternateAsync("Cold start, uncounted", contestants, new AlternationPlan(Rounds: 1), cancellation);
        _fromHost.Clear();
        var series = await bench.AlternateAsync("Cold start", contestants, new AlternationPlan(bench.Plan.ColdStarts), cancellation);
        var app = series[Contestants.App];
        return new ColdStartFigures(
            series.Where(one => one.Key != Live).ToDictionary(one => one.Key, one => one.Value.All),
            series.Where(one => one.Key != Live).ToDictionary(one => one.Key, one => one.Value.Over(app)),
            series[Live].All,
            app.Beyond(series[Live]),
            Figure.Of(_fromHost));
    }

    private async Task<double> AppAsync(
        AzuriteProcess storage, Func<HostProgram, Func<CancellationToken, Task>> ask, List<double>? fromHost, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using var host = HostProgram.Start(folder.Path, storage.ConnectionString, bench.Models.Folder, BenchModels.Vgg16);
        await host.WhileRunningAsync(ask(host), cancellation); // 2
        var answered = ProcessClock.Now();
        fromHost?.Add(answered - ProcessClock.StartOf(host.Pid));
        return answered - ProcessClock.StartOf(await host.WorkerPidAsync()); // 1
    }

    private async Task<double> NodeAsync(CancellationToken cancellation)
    {
        var port = FreePort.Next();
        await using var node = Peer.Start(PeerProgram.Node, bench.Vgg16, $"{port}");
        await node.WhileRunningAsync(new HttpCaller(new Uri($"http://127.0.0.1:{port}/classify"), bench.Photograph).UntilAnsweredAsync, cancellation); // 2
        return ProcessClock.Now() - ProcessClock.StartOf(node.Pid); // 1
    }

    private async Task<double> ByLineAsync(PeerProgram program, string command, CancellationToken cancellation)
    {
        await using var peer = Peer.Start(program, bench.Vgg16);
        await peer.AskAsync(command, cancellation); // 4
        return ProcessClock.Now() - ProcessClock.StartOf(peer.Pid); // 1
    }
}
