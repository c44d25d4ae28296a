using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Conversion.Passes;

/// <summary>Gives the nodes that show what the network saw the names under which they are asked for.</summary>
internal static class FeatureNaming
{
    /// <param name="network">The network.</param>
    /// <param name="names">The names; null where no such outputs are wanted.</param>
    public static Network Run(Network network, ModelFeatures? names)
    {
        // A head that was made for two classes has two ways to the features; either will do.
        var answer = network.Output is { OpType: "Concat", Inputs: [_, { OpType: "Sigmoid" } second] } ? second : network.Output;
        if (names is null || FeatureOutputs.Find(answer) is not { Map: { } map } found)
        {
            return network;
        }

        var (vector, kernel) = (found.Vector, answer == network.Output ? found.ClassWeights : null);
        Node? namedMap = null, namedVector = null;
        var output = Rewriting.Rewrite(network.Output, node =>
            node.Name == map.Name && names.Map is { } mapName ? namedMap = node.With(outputName: mapName)
            : node.Name == vector?.Name && names.Vector is { } vectorName ? namedVector = node.With(outputName: vectorName)
            : node.Parameters is [Weights.KernelTensor own, ..] && ReferenceEquals(own, kernel) && names.ClassWeights is { } weightsName
                ? node.With(parameters: [kernel with { Name = weightsName }, .. node.Parameters.Skip(1)])
            : node);
        return network with
        {
            Output = output,
            Features = new(namedMap, namedVector, kernel is not null && names.ClassWeights is { } renamed ? kernel with { Name = renamed } : null),
        };
    }
}
