using Serverless.Benchmarks.Machine;
using Serverless.Benchmarks.Programs;
using Serverless.Benchmarks.Reports;

namespace Serverless.Benchmarks.Measurements;

/// <summary>
/// What lies in memory after the same number of pictures each, with nothing but VGG16 in float32 loaded; and whether many classifications leave something behind.
/// </summary>
internal sealed class Memory(Bench bench, Serving serving)
{
    public async Task<MemoryFigures> MeasureAsync(CancellationToken cancellation)
    {
        var resident = new Dictionary<string, ProcessMemory>();
        foreach (var (key, pid, once) in Everyone())
        {
            bench.Progress.WriteLine($"Memory: {key}");
            for (var i = 0; i < bench.Plan.MemoryPictures; i++)
            {
                await once(cancellation);
            }

            resident[key] = ProcessMemory.Of(pid);
        }

        return new MemoryFigures(bench.Plan.MemoryPictures, resident, await GrowAsync(cancellation));
    }

    private IEnumerable<(string Key, int Pid, Func<CancellationToken, Task<double>> Once)> Everyone()
    {
        yield return (Contestants.App, serving.App.WorkerPid, serving.AppCaller(BenchModels.Vgg16).TimeAsync);
        foreach (var (key, peer) in serving.Peers)
        {
            yield return (key, peer.Pid, key switch
            {
                Contestants.Bare => stop => peer.TimeAsync("run", stop),
                Contestants.Node => serving.Node!.TimeAsync,
                _ => stop => peer.TimeAsync($"classify {Bench.PhotographPath}", stop),
            });
        }
    }

    private async Task<Dictionary<int, double>> GrowAsync(CancellationToken cancellation)
    {
        var growth = new Dictionary<int, double>();
        await using var loop = Peer.Start(PeerProgram.Classifier, bench.Models.Folder, BenchModels.Small);
        var done = 0;
        foreach (var count in bench.Plan.GrowthCounts)
        {
            bench.Progress.WriteLine($"Memory: {count} classifications with {BenchModels.Small}");
            await loop.TimeAsync($"repeat {count - done} {bench.Pictures.Small()}", cancellation);
            done = count;
            growth[count] = ProcessMemory.Of(loop.Pid).AnonymousMiB;
        }

        return growth;
    }
}
