using Serverless.Classifier.Models;
using Serverless.ModelTool.Conversion.Weights;

namespace Serverless.ModelTool.Conversion;

/// <summary>What a network saw before it decided: nodes and weights that become outputs beside the answer.</summary>
/// <param name="Map">The last map of features, before it is pooled or flattened.</param>
/// <param name="Vector">The mean of each of its channels, where the network computes it.</param>
/// <param name="ClassWeights">The one dense layer after that, where there is just one and nothing between.</param>
internal sealed record FeatureOutputs(Node? Map, Node? Vector, KernelTensor? ClassWeights)
{
    public static FeatureOutputs None { get; } = new(null, null, null);

    /// <summary>Finds them, from the answer backwards.</summary>
    /// <param name="answer">The last of the network's own operations.</param>
    public static FeatureOutputs Find(Node answer)
    {
        List<Node> head = [];
        var node = answer;
        while (node.Inputs is [var only] && !only.Shape.IsMap)
        {
            head.Add(node);
            node = only;
        }

        if (node.Inputs is not [var last])
        {
            return None;
        }

        return last.OpType switch
        {
            Node.InputOp => None,
            "GlobalAveragePool" or "GlobalMaxPool" when last.Inputs[0].OpType == Node.InputOp => None,
            "GlobalAveragePool" => new(last.Inputs[0], node.Shape.Rank == 1 ? node : null, OnlyDense(head)),
            "GlobalMaxPool" => new(last.Inputs[0], null, null),
            _ => new(last, null, null),
        };
    }

    /// <summary>What a manifest says of them.</summary>
    public ModelFeatures? Describe(ModelFeatures names) => Map is null ? null : new()
    {
        Map = names.Map,
        Vector = Vector is null ? null : names.Vector,
        ClassWeights = ClassWeights is null ? null : names.ClassWeights,
    };

    private static KernelTensor? OnlyDense(List<Node> head)
    {
        var withWeights = head.Where(node => node.OpType is not ("Softmax" or "Sigmoid")).ToArray();
        return withWeights is [{ OpType: "Gemm" } dense] ? dense.Kernel : null;
    }
}
