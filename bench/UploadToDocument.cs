using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.Testing;

namespace Serverless.Benchmarks;

/// <summary>From the moment an upload is accepted to the moment its result document can be read, through the local host and Azurite.</summary>
internal static class UploadToDocument
{
    private static readonly int[] BlobCounts = [1, 10, 100];
    private const int Rounds = 5;

    public static async Task MeasureAsync(TextWriter output)
    {
        var storage = Directory.CreateTempSubdirectory("bench-").FullName;
        try
        {
            await using var app = await LocalApp.StartAsync(storage);
            await app.Images.CreateIfNotExistsAsync();
            await MeasureBurstAsync(app, "warm-up", 10);

            output.WriteLine();
            output.WriteLine($"Upload to document, {BenchmarkModels.Default}, {Rounds} rounds, uploads of a round at the same time");
            output.WriteLine();
            output.WriteLine("| uploads | median, ms | slowest, ms | last document of a round, ms a blob |");
            output.WriteLine("| ---: | ---: | ---: | ---: |");
            foreach (var count in BlobCounts)
            {
                var latencies = new List<double>();
                var perBlob = new List<double>();
                for (var round = 0; round < Rounds; round++)
                {
                    var burst = await MeasureBurstAsync(app, $"{count}/{round}", count);
                    latencies.AddRange(burst.Latencies);
                    perBlob.Add(burst.Total / count);
                }

                latencies.Sort();
                perBlob.Sort();
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {count} | {latencies[latencies.Count / 2]:F0} | {latencies[^1]:F0} | {perBlob[Rounds / 2]:F1} |"));
            }
        }
        finally
        {
            Directory.Delete(storage, recursive: true);
        }
    }

    private static async Task<(IReadOnlyList<double> Latencies, double Total)> MeasureBurstAsync(LocalApp app, string folder, int count)
    {
        var picture = new BinaryData(await File.ReadAllBytesAsync(TestFiles.InRepository("samples", "rocket.jpg")));
        var uploaded = new ConcurrentDictionary<string, long>();
        var start = Stopwatch.GetTimestamp();
        var uploads = Task.WhenAll(Enumerable.Range(0, count).Select(async number =>
        {
            var name = $"{folder}/{number}.jpg";
            await app.Images.GetBlobClient(name).UploadAsync(picture, new BlobUploadOptions());
            uploaded[$"{name}.json"] = Stopwatch.GetTimestamp();
        }));
        var seen = await WatchAsync(app, $"{folder}/", count);
        await uploads;
        // A document can be seen before the upload's own answer has arrived here.
        return (
            [.. seen.Select(document => Math.Max(0, Stopwatch.GetElapsedTime(uploaded[document.Key], document.Value).TotalMilliseconds))],
            Stopwatch.GetElapsedTime(start, seen.Values.Max()).TotalMilliseconds);
    }

    /// <summary>When each document was first listed. One watcher for all: a watcher a document would keep the storage busy.</summary>
    private static async Task<Dictionary<string, long>> WatchAsync(LocalApp app, string prefix, int count)
    {
        var seen = new Dictionary<string, long>();
        await Eventually.GetAsync(
            async () =>
            {
                try
                {
                    await foreach (var document in app.Results.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }))
                    {
                        seen.TryAdd(document.Name, Stopwatch.GetTimestamp());
                    }
                }
                catch (RequestFailedException missing) when (missing.Status == 404)
                {
                    // The container is made with the first result.
                }

                return seen.Count == count ? seen : null;
            },
            $"{count} documents under {prefix}",
            TimeSpan.FromMinutes(5),
            app.Tail);
        return seen;
    }
}
