using Serverless.Benchmarks.Machine;
using Serverless.Benchmarks.Measurements;
using Serverless.Benchmarks.Reports;
using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Tests.Reports;

/// <summary>A report with figures that nobody measured.</summary>
internal static class SomeReport
{
    public static Report Empty { get; } = new(
        new MachineFacts("A <Processor>", 2, 23.6, Vnni: true, Avx512: true, "Linux", ".NET 10", "1.31.1", new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero)),
        new Dictionary<string, string> { [Contestants.Node] = "Node 20" },
        new Dictionary<string, string> { [Contestants.PyTorch] = "it is not installed" });

    public static Report Whole { get; } = Empty with
    {
        ColdStart = new ColdStartFigures(
            By((Contestants.App, Of(900)), (Contestants.Node, Of(1000))),
            By((Contestants.App, new(1, 1, 1, 7)), (Contestants.Node, new(1.25, 1.0, 1.6, 7))),
            Live: Of(700), BeyondLive: new(200, 180, 230, 7), FromHost: Of(1300)),
        Latency = new LatencyFigures(
            By((Contestants.Bare, Of(100)), (Contestants.App, Of(104)), (Contestants.NodeRun, Of(101))),
            By((Contestants.Bare, new(1, 1, 1, 9)), (Contestants.App, new(1.04, 1.02, 1.07, 9)), (Contestants.NodeRun, new(1.01, 1, 1.02, 9))),
            By((Contestants.Bare, new(4.5, 4.4, 4.6, 9))),
            By((Contestants.Bare, new(1, 1, 1, 9))),
            HttpOverThreads: new(1.02, 1, 1.05, 9),
            OwnRun: Of(99)),
        Throughput = new ThroughputFigures(
            new Dictionary<string, IReadOnlyDictionary<int, Figure>>
            {
                [Contestants.App] = new Dictionary<int, Figure> { [1] = Of(9), [8] = Of(10) },
                [Contestants.AppInt8] = new Dictionary<int, Figure> { [1] = Of(30), [8] = Of(38) },
            },
            By((Contestants.Bare, Of(11))),
            new Figure(3.8, 3.7, 3.9, 3)),
        Memory = new MemoryFigures(
            50, new Dictionary<string, ProcessMemory> { [Contestants.App] = new(180.4, 620) }, new Dictionary<int, double> { [1000] = 90.2, [20_000] = 90.3 }),
        Decode = new DecodeFigures(
            By((Contestants.Classifier, new(2.1, 2, 2.2, 12)), (Decode.Rows, new(1.9, 1.8, 2, 12))),
            By((Contestants.Classifier, Of(60)), (Decode.Rows, Of(50))),
            By((Contestants.Classifier, new(1.2, 1.1, 1.3, 12)), (Decode.Rows, new(1, 1, 1, 12)))),
        Uploads = new UploadFigures(
            new Dictionary<int, Figure> { [1] = Of(64), [10] = Of(270), [100] = Of(1600), [1000] = Of(14_000) },
            new Dictionary<int, Figure> { [1] = Of(64), [10] = Of(41), [100] = Of(28), [1000] = Of(28) with { Count = 1 } },
            Images: 1111, Errors: 0),
    };

    /// <summary>A tenth less and a tenth more around a median.</summary>
    public static Figure Of(double median) => new(median, median * 0.9, median * 1.1, 7);

    private static Dictionary<string, Figure> By(params (string Key, Figure Figure)[] figures) => figures.ToDictionary(one => one.Key, one => one.Figure);
}
