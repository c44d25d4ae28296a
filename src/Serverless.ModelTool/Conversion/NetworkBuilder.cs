using Serverless.Classifier.Models;
using Serverless.ModelTool.Conversion.Lowering;
using Serverless.ModelTool.Conversion.Passes;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Conversion;

/// <summary>From layers to the graph that is written, step by step.</summary>
internal static class NetworkBuilder
{
    /// <summary>Builds a network.</summary>
    /// <param name="name">The graph's name.</param>
    /// <param name="layers">The last layer; the others lead to it.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="widthsAreFree">Whether channels and units are the weights' own.</param>
    /// <param name="features">What the outputs beside the answer are to be called; null for none.</param>
    /// <exception cref="ModelToolException">The layers do not fit each other, their weights, or a classifier.</exception>
    public static Network Build(string name, LayerNode layers, IKerasWeights weights, bool widthsAreFree, ModelFeatures? features)
    {
        var compiled = NetworkCompiler.Compile(layers, weights, widthsAreFree).Output;
        var padded = PaddingFolding.Run(compiled);
        var folded = AffineFolding.Run(padded);
        var written = AffineWriting.Run(folded);
        var answer = ClassOutput.Finish(written, layers, out var givesScores);
        return FeatureNaming.Run(new(name, answer) { GivesScores = givesScores }, features);
    }
}
