using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Keras;

namespace Serverless.ModelTool.Conversion;

/// <summary>Finds the weights of an architecture's layers and checks that they fit together, before anything is written.</summary>
/// <remarks>
/// The numbers of channels and units are the weights' own, so that a narrower network of the same architecture is as welcome.
/// </remarks>
internal sealed class NetworkBinder
{
    private readonly Architecture _architecture;
    private readonly IKerasWeights _weights;
    private readonly int _height;
    private readonly int _width;

    /// <summary>What comes out of the layers so far.</summary>
    private (int Rows, int Columns, int Channels) _shape;

    /// <summary>What came into the flattening, when that was the layer before.</summary>
    private (int Rows, int Columns, int Channels)? _flattened;

    private NetworkBinder(Architecture architecture, IKerasWeights weights, int height, int width)
    {
        (_architecture, _weights, _height, _width) = (architecture, weights, height, width);
        _shape = (height, width, Architecture.ImageChannels);
    }

    /// <summary>Gives an architecture its weights.</summary>
    /// <param name="architecture">The layers.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="height">Of the input, in pixels.</param>
    /// <param name="width">Of the input, in pixels.</param>
    /// <exception cref="ModelToolException">A layer is missing, or its weights do not fit the layers before it.</exception>
    public static Network Bind(Architecture architecture, IKerasWeights weights, int height, int width)
    {
        var binder = new NetworkBinder(architecture, weights, height, width);
        var layers = architecture.Layers.Select(binder.Bind).ToArray();
        return new(architecture.Name, height, width, binder._shape.Channels, layers);
    }

    private BoundLayer Bind(Layer layer) => layer switch
    {
        Convolution convolution => Bind(convolution),
        MaxPool pool => Bind(pool),
        Flatten flatten => Bind(flatten),
        Dense dense => Bind(dense),
        _ => throw new InvalidOperationException($"{_architecture.Name} has a layer of a kind that is not converted: {layer}."),
    };

    private BoundLayer Bind(Convolution layer)
    {
        var (kernel, bias) = _weights.KernelAndBias(layer.Name);
        Expect(kernel, [layer.Kernel, layer.Kernel, _shape.Channels, null], $"{_shape.Channels} channels come in");
        _shape.Channels = kernel.Shape[^1];
        return new(layer, new ConvolutionKernel(kernel), Bind(bias));
    }

    private BoundLayer Bind(MaxPool layer)
    {
        _shape = _shape with { Rows = _shape.Rows / layer.Window, Columns = _shape.Columns / layer.Window };
        return _shape is { Rows: > 0, Columns: > 0 }
            ? new(layer)
            : throw new ModelToolException(
                $"An input of {_width} x {_height} pixels is too small for {_architecture.Name}: nothing is left of it at {layer.Name}.");
    }

    private BoundLayer Bind(Flatten layer)
    {
        _flattened = _shape;
        _shape = (1, 1, _shape.Rows * _shape.Columns * _shape.Channels);
        return new(layer);
    }

    private BoundLayer Bind(Dense layer)
    {
        var (kernel, bias) = _weights.KernelAndBias(layer.Name);
        Expect(kernel, [_shape.Channels, null], _flattened is { } from
            ? $"an input of {_width} x {_height} pixels leaves {from.Rows} x {from.Columns} x {from.Channels} values; "
                + "if the network takes another size, say so with --input-size"
            : $"{_shape.Channels} values come in");
        WeightTensor inOrder = _flattened is { } flattened ? new DenseKernelAfterFlatten(kernel, flattened.Channels) : new UnchangedTensor(kernel);
        _flattened = null;
        _shape.Channels = kernel.Shape[^1];
        return new(layer, inOrder, Bind(bias));
    }

    private UnchangedTensor Bind(KerasTensor bias)
    {
        Expect(bias, [_shape.Channels], "the kernel has as many outputs");
        return new(bias);
    }

    private static void Expect(KerasTensor tensor, int?[] shape, string reason)
    {
        if (tensor.Shape.Count == shape.Length && shape.Zip(tensor.Shape).All(pair => pair.First is null || pair.First == pair.Second))
        {
            return;
        }

        var wanted = string.Join(", ", shape.Select(dimension => dimension?.ToString() ?? "any"));
        throw new ModelToolException($"{tensor.Name} has shape {tensor.ShapeText}; ({wanted}) is expected, because {reason}.");
    }
}
