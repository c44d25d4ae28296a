using Serverless.Testing;

namespace Serverless.Benchmarks;

/// <summary>The networks that are measured: VGG16 at full size with weights from a formula, and the default one.</summary>
internal static class BenchmarkModels
{
    public const string Vgg16 = "vgg16-synth";
    public const string Default = "efficientnet-lite0";

    /// <summary>What the benchmarks leave behind.</summary>
    public static string Artifacts { get; } = TestFiles.InRepository("artifacts", "bench");

    /// <summary>The models folder that holds a network; <c>./run bench</c> makes VGG16's.</summary>
    public static string FolderOf(string model) => model == Vgg16 ? Path.Combine(Artifacts, "models") : TestFiles.InRepository("models");
}
