using Serverless.ModelTool.Onnx;

namespace Serverless.ModelTool.Conversion.Weights;

/// <summary>Something that a node takes and that is the same for every image.</summary>
internal abstract record Parameter;

/// <summary>A place that is left empty.</summary>
internal sealed record NoParameter : Parameter;

/// <summary>A few integers, kept in the graph itself.</summary>
internal sealed record Integers(params long[] Values) : Parameter
{
    /// <summary>Whether it is one number, without dimensions.</summary>
    public bool IsScalar { get; init; }
}

/// <summary>A few numbers, kept in the graph itself.</summary>
internal sealed record Numbers(params float[] Values) : Parameter
{
    /// <summary>Whether it is one number, without dimensions.</summary>
    public bool IsScalar { get; init; }

    /// <summary>One number.</summary>
    public static Numbers One(double value) => new((float)value) { IsScalar = true };
}

/// <summary>A tensor of weights, written into the file beside the graph.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Dimensions">Its dimensions in the graph.</param>
internal abstract record WeightTensor(string Name, long[] Dimensions) : Parameter
{
    /// <summary>Bytes in the weights file.</summary>
    public long Length => Dimensions.Aggregate(1L, (product, dimension) => product * dimension) * sizeof(float);

    /// <summary>Writes the values in the graph's order.</summary>
    /// <param name="file">The weights file.</param>
    /// <param name="offset">Where the tensor starts in it, in bytes.</param>
    /// <param name="cancellation">Ends the work early.</param>
    public abstract void Write(WeightsFile file, long offset, CancellationToken cancellation);
}

/// <summary>A small tensor that was computed here: a bias with a normalisation folded into it, a scale.</summary>
internal sealed record ComputedTensor(string Name, long[] Dimensions, float[] Values) : WeightTensor(Name, Dimensions)
{
    public override void Write(WeightsFile file, long offset, CancellationToken cancellation) => file.Write(offset, Values);
}
