namespace Serverless.ModelTool.Conversion;

/// <summary>A graph with its weights, ready to be written.</summary>
/// <param name="Name">The graph's name.</param>
/// <param name="Output">What tells the classes; all other nodes lead to it.</param>
internal sealed record Network(string Name, Node Output)
{
    /// <summary>Number of classes.</summary>
    public int ClassCount => Output.Shape.Channels;

    /// <summary>Whether the answer is to be softmaxed by who reads it.</summary>
    public required bool GivesScores { get; init; }

    /// <summary>The outputs beside the answer.</summary>
    public FeatureOutputs Features { get; init; } = FeatureOutputs.None;

    /// <summary>Every node after those that it needs.</summary>
    public IReadOnlyList<Node> InOrder() => Ordered(Output);

    /// <summary>A node and all that lead to it.</summary>
    public static IReadOnlyList<Node> Ordered(Node output) => Topology.Ordering.Of(output, node => node.Inputs);
}
