using System.Globalization;
using System.Text.Json;
using Serverless.Benchmarks.Programs;
using Serverless.Testing;

namespace Serverless.Benchmarks.Measurements;

/// <summary>Everyone with VGG16 loaded, each in a process of its own: the app under the local host, ONNX Runtime alone, the classifier alone, the peers.</summary>
internal sealed class Serving : IAsyncDisposable
{
    private readonly Bench _bench;
    private readonly TemporaryFolder _storage = new();
    private readonly Dictionary<string, Peer> _peers = [];

    private Serving(Bench bench) => _bench = bench;

    public LocalApp App { get; private set; } = null!;

    /// <summary>By contestant: <see cref="Contestants.Bare"/>, <see cref="Contestants.Classifier"/> and those of the peers that can run here.</summary>
    public IReadOnlyDictionary<string, Peer> Peers => _peers;

    /// <summary>The Node server's door; null when it is absent.</summary>
    public HttpCaller? Node { get; private set; }

    /// <summary>What the peers are made of, by contestant.</summary>
    public Dictionary<string, string> Versions { get; } = [];

    /// <summary>Starts everyone and sees to it that they give the same name to the same picture.</summary>
    public static async Task<Serving> StartAsync(Bench bench, CancellationToken cancellation)
    {
        var serving = new Serving(bench);
        try
        {
            bench.Progress.WriteLine("Starting everyone with VGG16");
            await serving.StartAllAsync(cancellation);
            return serving;
        }
        catch
        {
            await serving.DisposeAsync();
            throw;
        }
    }

    /// <summary>The app's door for a model.</summary>
    public HttpCaller AppCaller(string model) => new(new Uri(App.Http.BaseAddress!, $"classify?model={model}"), _bench.Photograph, App.Tail);

    /// <summary>Starts another process of this program.</summary>
    public void Add(string key, PeerProgram program, params string[] arguments) => _peers.Add(key, Peer.Start(program, arguments));

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers.Values)
        {
            await peer.DisposeAsync();
        }

        if (App is not null)
        {
            await App.DisposeAsync();
        }

        _storage.Dispose();
    }

    private async Task StartAllAsync(CancellationToken cancellation)
    {
        Add(Contestants.Bare, PeerProgram.Bare, _bench.Vgg16);
        Add(Contestants.Classifier, PeerProgram.Classifier, _bench.Models.Folder, BenchModels.Vgg16);
        foreach (var peer in _bench.Peers)
        {
            var port = FreePort.Next();
            Add(peer.Key, peer, [_bench.Vgg16, .. peer == PeerProgram.Node ? [$"{port}"] : Array.Empty<string>()]);
            if (peer == PeerProgram.Node)
            {
                Node = new HttpCaller(new Uri($"http://127.0.0.1:{port}/classify"), _bench.Photograph, _peers[peer.Key].LastLines);
            }

            Versions[peer.Key] = (await _peers[peer.Key].AskAsync("ready", cancellation)).GetProperty("versions").GetString()!;
        }

        App = await LocalApp.StartAsync(
            _storage.Path,
            new Dictionary<string, string> { ["Classifier__ModelsPath"] = _bench.Models.Folder, ["Classifier__Model"] = BenchModels.Vgg16 });
        var caller = AppCaller(BenchModels.Vgg16);
        await caller.UntilAnsweredAsync(cancellation);
        await CheckAgreementAsync((await caller.PostAsync(cancellation)).Answer, cancellation);
    }

    /// <summary>Speed beside somebody who computes something else would say nothing.</summary>
    private async Task CheckAgreementAsync(JsonElement answer, CancellationToken cancellation)
    {
        var expected = Best(answer);
        foreach (var key in _peers.Keys.Where(key => key != Contestants.Bare))
        {
            var theirs = key == Contestants.Node
                ? (await Node!.PostAsync(cancellation)).Answer
                : await _peers[key].AskAsync($"classify {Bench.PhotographPath}", cancellation);
            if (Best(theirs) != expected)
            {
                throw new InvalidOperationException(
                    string.Create(CultureInfo.InvariantCulture, $"The app sees {expected} on {Bench.PhotographPath}, {key} sees {Best(theirs)}: they do not run the same network."));
            }
        }
    }

    private static string Best(JsonElement answer) => answer.GetProperty("predictions")[0].GetProperty("classId").GetString()!;
}
