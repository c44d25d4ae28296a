using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Conversion;

/// <summary>What the ends of every graph that this tool makes are called.</summary>
internal static class GraphNames
{
    public const string Image = "image";
    public const string Probabilities = "probabilities";
    public const string Scores = "scores";

    /// <summary>What a new model's outputs beside the answer are called.</summary>
    public static ModelFeatures Features { get; } = new() { Map = "feature_map", Vector = "features", ClassWeights = "class_weights" };

    public static IEnumerable<string> All => [Image, Probabilities, Scores, Features.Map!, Features.Vector!, Features.ClassWeights!];
}
