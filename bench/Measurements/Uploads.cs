using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.Benchmarks.Reports;
using Serverless.Benchmarks.Statistics;
using Serverless.Testing;

namespace Serverless.Benchmarks.Measurements;

/// <summary>Many uploads at the same time: how long until each has its document, and what an image costs, through the local host and Azurite.</summary>
internal sealed class Uploads(Bench bench)
{
    /// <summary>Uploads that are under way at once: more connections would measure Azurite.</summary>
    private const int Connections = 32;

    /// <summary>The watcher rests so many times as long as a look takes, so that it takes little from what it watches.</summary>
    private const int RestPerLook = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LeastRest = TimeSpan.FromMilliseconds(10);

    private int _images;
    private int _errors;

    public async Task<UploadFigures> MeasureAsync(CancellationToken cancellation)
    {
        using var storage = new TemporaryFolder();
        await using var app = await LocalApp.StartAsync(storage.Path);
        await app.Images.CreateIfNotExistsAsync(cancellationToken: cancellation);
        await BurstAsync(app, "warm-up", 20, cancellation);
        var (latencies, perBlob) = (new Dictionary<int, Figure>(), new Dictionary<int, Figure>());
        foreach (var (count, rounds) in bench.Plan.UploadRounds)
        {
            var bursts = new List<(IReadOnlyList<double> Latencies, double Total)>();
            for (var round = 0; round < rounds; round++)
            {
                bench.Progress.WriteLine($"Uploads, {count} at the same time: round {round + 1} of {rounds}");
                bursts.Add(await BurstAsync(app, $"{count}-{round}", count, cancellation));
            }

            latencies[count] = Figure.Of(bursts.SelectMany(burst => burst.Latencies));
            perBlob[count] = Figure.Of(bursts.Select(burst => burst.Total / count));
        }

        return new UploadFigures(latencies, perBlob, _images, _errors);
    }

    private async Task<(IReadOnlyList<double> Latencies, double Total)> BurstAsync(LocalApp app, string folder, int count, CancellationToken cancellation)
    {
        var picture = new BinaryData(bench.Photograph);
        var uploaded = new ConcurrentDictionary<string, long>();
        var start = Stopwatch.GetTimestamp();
        var uploads = Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellation },
            async (number, stop) =>
            {
                var name = $"{folder}/{number}.jpg";
                await app.Images.GetBlobClient(name).UploadAsync(picture, new BlobUploadOptions(), stop);
                uploaded[$"{name}.json"] = Stopwatch.GetTimestamp();
            });
        var seen = await WatchAsync(app, $"{folder}/", count, cancellation);
        await uploads;
        _images += count;
        _errors += count - seen.Count + await CountRejectedAsync(app, seen.Keys, cancellation);
        // A document can be seen before the upload's own answer has arrived here.
        return (
            [.. seen.Select(document => Math.Max(0, Stopwatch.GetElapsedTime(uploaded[document.Key], document.Value).TotalMilliseconds))],
            Stopwatch.GetElapsedTime(start, seen.Values.Max()).TotalMilliseconds);
    }

    /// <summary>When each document was first listed; those that were not within <see cref="Patience"/> are missing.</summary>
    private static async Task<Dictionary<string, long>> WatchAsync(LocalApp app, string prefix, int count, CancellationToken cancellation)
    {
        var seen = new Dictionary<string, long>();
        var start = Stopwatch.GetTimestamp();
        while (seen.Count < count && Stopwatch.GetElapsedTime(start) < Patience)
        {
            var look = Stopwatch.GetTimestamp();
            try
            {
                await foreach (var document in app.Results.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellation))
                {
                    seen.TryAdd(document.Name, Stopwatch.GetTimestamp());
                }
            }
            catch (RequestFailedException missing) when (missing.Status == 404)
            {
                // The container is made with the first result.
            }

            var rest = Stopwatch.GetElapsedTime(look) * RestPerLook;
            await Task.Delay(rest > LeastRest && count > Connections ? rest : LeastRest, cancellation);
        }

        return seen.Count > 0 ? seen : throw new TimeoutException($"None of {count} documents under {prefix} was there after {Patience}. {app.Tail()}");
    }

    private static async Task<int> CountRejectedAsync(LocalApp app, IEnumerable<string> documents, CancellationToken cancellation)
    {
        var rejected = 0;
        foreach (var name in documents)
        {
            var content = await app.Results.GetBlobClient(name).DownloadContentAsync(cancellation);
            using var document = JsonDocument.Parse(content.Value.Content);
            rejected += document.RootElement.GetProperty("status").GetString() == "classified" ? 0 : 1;
        }

        return rejected;
    }
}
