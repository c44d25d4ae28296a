using Serverless.Benchmarks.Programs;
using Serverless.Benchmarks.Statistics;
using Serverless.Testing;

namespace Serverless.Benchmarks.Measurements;

/// <summary>What all measurements share.</summary>
/// <param name="Plan">How much.</param>
/// <param name="Models">The networks.</param>
/// <param name="Peers">Those that can run here.</param>
/// <param name="Progress">Where is told what goes on.</param>
internal sealed record Bench(BenchPlan Plan, BenchModels Models, IReadOnlyList<PeerProgram> Peers, TextWriter Progress)
{
    /// <summary>A photograph of 0.3 megapixels.</summary>
    public static string PhotographPath { get; } = TestFiles.InRepository("samples", "rocket.jpg");

    /// <summary>Pictures of other sizes.</summary>
    public MadePictures Pictures { get; } = new(Path.GetDirectoryName(Models.Folder)!);

    public byte[] Photograph { get; } = File.ReadAllBytes(PhotographPath);

    public string Vgg16 => Models.PathOf(BenchModels.Vgg16);

    /// <summary>Measures in turns and tells of the rounds.</summary>
    public Task<IReadOnlyDictionary<string, Series>> AlternateAsync(
        string title, IReadOnlyList<Contestant> contestants, AlternationPlan plan, CancellationToken cancellation)
    {
        if (plan.WarmUp > TimeSpan.Zero)
        {
            Progress.WriteLine($"{title}: everyone warms up");
        }

        return Alternation.RunAsync(contestants, plan, (round, rounds) => Progress.WriteLine($"{title}: round {round} of {rounds}"), cancellation);
    }
}
