using Serverless.ModelTool.Conversion.Weights;

namespace Serverless.ModelTool.Conversion;

/// <summary>One operation of the graph, with one output; of the fields of ONNX's nodes those that are needed. It does not change once made.</summary>
/// <param name="opType">The operation's name in ONNX, or <see cref="AffineOp"/>.</param>
/// <param name="name">Its name, which no other has.</param>
/// <param name="inputs">What it takes.</param>
/// <param name="shape">What it gives.</param>
internal sealed class Node(string opType, string name, IReadOnlyList<Node> inputs, Extent shape)
{
    /// <summary>The image.</summary>
    public const string InputOp = "Input";

    /// <summary><c>scale x + shift</c> per channel: no operation of ONNX; <see cref="Passes"/> fold it into others or write it out.</summary>
    public const string AffineOp = "Affine";

    public string OpType { get; } = opType;

    public string Name { get; } = name;

    public IReadOnlyList<Node> Inputs { get; } = inputs;

    public Extent Shape { get; } = shape;

    /// <summary>What it takes beside the inputs, after them.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>Numbers of type long, long[] or float, and texts.</summary>
    public IReadOnlyList<(string Name, object Value)> Attributes { get; init; } = [];

    /// <summary>The name of its output, where that is not its own.</summary>
    public string OutputName { get => field ?? Name; init; }

    /// <summary>What an affine node multiplies with and adds.</summary>
    public PerChannel? Coefficients { get; init; }

    /// <summary>The zeros that a padding node puts around a map.</summary>
    public Topology.Sides Margins { get; init; }

    /// <summary>
    /// The map that this vector was, when its values lie in the order channel, row, column: Keras's order is another, and a dense layer that follows gets its
    /// rows exchanged instead of the image's values.
    /// </summary>
    public Extent? ChannelsFirstOf { get; init; }

    /// <summary>A map's convolution or a vector's dense layer: its first parameter is the kernel, a second one the bias.</summary>
    public bool HasKernel => OpType is "Conv" or "Gemm" && Parameters[0] is KernelTensor;

    /// <summary>The kernel of such a node.</summary>
    public KernelTensor Kernel => (KernelTensor)Parameters[0];

    /// <summary>The same with something changed.</summary>
    public Node With(
        IReadOnlyList<Node>? inputs = null,
        IReadOnlyList<Parameter>? parameters = null,
        IReadOnlyList<(string Name, object Value)>? attributes = null,
        string? outputName = null) => new(OpType, Name, inputs ?? Inputs, Shape)
        {
            Parameters = parameters ?? Parameters,
            Attributes = attributes ?? Attributes,
            OutputName = outputName ?? OutputName,
            Coefficients = Coefficients,
            Margins = Margins,
            ChannelsFirstOf = ChannelsFirstOf,
        };
}

/// <summary>A number for each channel, or one for all.</summary>
/// <param name="Scale">To multiply with.</param>
/// <param name="Shift">To add afterwards.</param>
internal sealed record PerChannel(double[] Scale, double[] Shift)
{
    /// <summary>As many numbers as there are channels.</summary>
    public PerChannel For(int channels) => new(Repeat(Scale, channels), Repeat(Shift, channels));

    /// <summary>First this, then the other.</summary>
    public PerChannel Then(PerChannel next)
    {
        var channels = Math.Max(Scale.Length, next.Scale.Length);
        var (first, second) = (For(channels), next.For(channels));
        return new(
            [.. first.Scale.Zip(second.Scale, (a, b) => a * b)],
            [.. first.Shift.Zip(second.Scale, (a, b) => a * b).Zip(second.Shift, (a, b) => a + b)]);
    }

    private static double[] Repeat(double[] values, int channels) => values.Length == channels ? values : [.. Enumerable.Repeat(values[0], channels)];
}
