using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks;

/// <summary>What can be measured apart from the rest.</summary>
internal enum Part
{
    Cold,
    Latency,
    Throughput,
    Memory,
    Decode,
    Uploads,
}

/// <summary>How much of everything is measured.</summary>
internal sealed record BenchPlan
{
    /// <summary>The README's figures.</summary>
    public static BenchPlan Whole { get; } = new();

    /// <summary>Whether everything runs at all: its figures are of no use.</summary>
    public static BenchPlan Quick { get; } = new()
    {
        ColdStarts = 1,
        Latency = new AlternationPlan(Rounds: 2, Kept: 1, Discarded: 1),
        DefaultLatency = new AlternationPlan(Rounds: 2, Kept: 3, Discarded: 1),
        ThroughputRounds = 1,
        ThroughputTime = TimeSpan.FromSeconds(1),
        MemoryPictures = 5,
        GrowthCounts = [100, 200],
        Decode = new AlternationPlan(Rounds: 2),
        UploadRounds = new Dictionary<int, int> { [1] = 1, [10] = 1, [100] = 1 },
    };

    /// <summary>Until then managed programs compile what they do often once more, and better, beside their work.</summary>
    private static TimeSpan Compiled => TimeSpan.FromSeconds(6);

    /// <summary>Processes of each contestant, after one that does not count.</summary>
    public int ColdStarts { get; init; } = 7;

    public AlternationPlan Latency { get; init; } = new(Rounds: 9, Kept: 4, Discarded: 1) { WarmUp = Compiled };

    public AlternationPlan DefaultLatency { get; init; } = new(Rounds: 9, Kept: 20, Discarded: 5) { WarmUp = Compiled };

    public int ThroughputRounds { get; init; } = 3;

    /// <summary>How long callers call in a round; what is begun is finished.</summary>
    public TimeSpan ThroughputTime { get; init; } = TimeSpan.FromSeconds(3);

    public int MemoryPictures { get; init; } = 50;

    public IReadOnlyList<int> GrowthCounts { get; init; } = [1000, 5000, 10_000, 20_000];

    public AlternationPlan Decode { get; init; } = new(Rounds: 12, Kept: 1, Discarded: 1);

    /// <summary>Rounds by number of uploads at the same time.</summary>
    public IReadOnlyDictionary<int, int> UploadRounds { get; init; } = new Dictionary<int, int> { [1] = 15, [10] = 5, [100] = 3, [1000] = 1 };
}
