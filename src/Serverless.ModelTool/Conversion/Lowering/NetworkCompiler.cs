using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Conversion.Lowering;

/// <summary>
/// Turns layers, which speak Keras's language (maps are rows x columns x channels), into the graph's operations (channels x rows x columns), gives them
/// their weights and checks that all of it fits together, before anything is written.
/// </summary>
/// <remarks>
/// In a network that is known by its architecture alone, the numbers of channels and units are the weights' own, so that a narrower one is as welcome; a file with
/// its own topology has to agree with itself.
/// </remarks>
internal sealed partial class NetworkCompiler
{
    private readonly IKerasWeights _weights;
    private readonly bool _widthsAreFree;
    private readonly Dictionary<LayerNode, Node> _nodes = new(ReferenceEqualityComparer.Instance);

    /// <summary>How often a name was asked for; those that the graph's ends have are given away.</summary>
    private readonly Dictionary<string, int> _uses = GraphNames.All.ToDictionary(name => name, _ => 1);
    private readonly List<LayerReport> _reports = [];

    private NetworkCompiler(IKerasWeights weights, bool widthsAreFree) => (_weights, _widthsAreFree) = (weights, widthsAreFree);

    /// <summary>Compiles all layers that lead to one.</summary>
    /// <param name="output">The last layer.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="widthsAreFree">Whether channels and units are the weights' own.</param>
    /// <exception cref="ModelToolException">A layer is missing, or does not fit the layers before it.</exception>
    public static CompiledLayers Compile(LayerNode output, IKerasWeights weights, bool widthsAreFree)
    {
        var compiler = new NetworkCompiler(weights, widthsAreFree);
        foreach (var layer in output.InOrder())
        {
            compiler._nodes.Add(layer, compiler.Compile(layer));
        }

        return new(compiler._nodes[output], compiler._reports);
    }

    private Node Compile(LayerNode layer)
    {
        // Of a layer that is applied more than once the later uses get numbers.
        var uses = _uses[layer.Address.ToString()] = _uses.GetValueOrDefault(layer.Address.ToString()) + 1;
        var here = new Place(this, layer, [.. layer.Inputs.Select(input => _nodes[input])], uses == 1 ? $"{layer.Address}" : $"{layer.Address}#{uses}");
        var node = here.Apply(layer.Layer.Activation, Lower(layer.Layer, here));
        if (!node.Shape.IsPossible)
        {
            throw new ModelToolException(
                node.Shape.Dimensions.Any(dimension => dimension <= 0)
                    ? $"The input is too small: nothing is left of it at {layer.Address}."
                    : $"{layer.Address} would give {node.Shape} values for one image: no network does that, so the file is damaged.");
        }

        _reports.Add(new(layer, node.Shape, uses == 1 ? here.Parameters : 0, here.MultiplyAdds(node.Shape)));
        return node;
    }

    private static Node Lower(Layer layer, Place here) => layer switch
    {
        Input input => new(Node.InputOp, "image", [], new(input.Rows, input.Columns, Input.Channels)),
        Convolution convolution => Lower(convolution, here),
        DepthwiseConvolution depthwise => Lower(depthwise, here),
        SeparableConvolution separable => Lower(separable, here),
        Dense dense => Lower(dense, here),
        BatchNormalization normalization => Lower(normalization, here),
        Normalization normalization => Lower(normalization, here),
        Affine affine => here.Affine(here.Input, new([.. affine.Scale], [.. affine.Shift])),
        ParametricRelu relu => Lower(relu, here),
        Merge merge => Lower(merge, here),
        Pooling pooling => Lower(pooling, here),
        GlobalPooling pooling => Lower(pooling, here),
        UpSampling upSampling => Lower(upSampling, here),
        ZeroPadding padding => Lower(padding, here),
        Cropping cropping => Lower(cropping, here),
        Flatten flatten => Lower(flatten, here),
        Reshape reshape => Lower(reshape, here),
        Permute permute => Lower(permute, here),
        Concatenate concatenate => Lower(concatenate, here),
        OneChannel channel => Lower(channel, here),
        ReverseChannels => Reverse(here),
        StackChannels => Stack(here),
        Activate or Identity => here.Input,
        _ => throw new InvalidOperationException($"No operation for {layer}."),
    };
}

/// <summary>The operations of some layers.</summary>
/// <param name="Output">The last; the others lead to it.</param>
/// <param name="Layers">What each layer is, in order.</param>
internal sealed record CompiledLayers(Node Output, IReadOnlyList<LayerReport> Layers);

/// <summary>What one layer costs.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Shape">What it gives for one image.</param>
/// <param name="Parameters">Numbers that it was trained with, the running means and variances included, as Keras counts them.</param>
/// <param name="MultiplyAdds">Multiplications with a weight of a kernel, for one image.</param>
internal sealed record LayerReport(LayerNode Layer, Extent Shape, long Parameters, long MultiplyAdds);
