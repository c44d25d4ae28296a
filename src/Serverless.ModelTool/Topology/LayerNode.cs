namespace Serverless.ModelTool.Topology;

/// <summary>A layer in its place: what it is called, and the layers that it follows.</summary>
/// <param name="layer">What it does.</param>
/// <param name="address">What it is called and where its weights lie.</param>
/// <param name="inputs">What it takes.</param>
internal sealed class LayerNode(Layer layer, LayerAddress address, IReadOnlyList<LayerNode> inputs)
{
    public Layer Layer { get; } = layer;

    public LayerAddress Address { get; } = address;

    public IReadOnlyList<LayerNode> Inputs { get; } = inputs;

    /// <summary>This layer and all that lead to it, each after those that it follows.</summary>
    public IEnumerable<LayerNode> InOrder() => Ordering.Of(this, node => node.Inputs);
}

/// <summary>How a layer is found in a file of weights.</summary>
/// <param name="Path">The names of the models around it, outermost first, then its own.</param>
/// <param name="StoredPath">
/// The same in the layout of Keras 3, which counts the classes: <c>layers/functional/layers/conv2d_1</c>; null where that is not known.
/// </param>
internal sealed record LayerAddress(IReadOnlyList<string> Path, string? StoredPath = null)
{
    /// <summary>Its own name.</summary>
    public string Name => Path[^1];

    /// <summary>What it is called in the graph, where a file calls it something else.</summary>
    public string? KnownAs { get; init; }

    /// <summary>All names: <c>vgg16/block1_conv1</c>.</summary>
    public override string ToString() => KnownAs ?? string.Join('/', Path);
}
