using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Keras;

/// <summary>The weights of a network's layers, in Keras's layouts.</summary>
internal interface IKerasWeights
{
    /// <summary>The tensors of a layer.</summary>
    /// <param name="layer">Which.</param>
    /// <param name="wanted">What it has, in the order in which Keras stores it.</param>
    /// <returns>Those of them that are read, in this order; their shapes are their own.</returns>
    /// <exception cref="ModelToolException">The layer is missing or has other weights.</exception>
    IReadOnlyList<KerasTensor> Of(LayerAddress layer, IReadOnlyList<WantedTensor> wanted);
}

/// <summary>A tensor that a layer has to have.</summary>
/// <param name="Name">As Keras calls it: <c>kernel</c>, <c>moving_mean</c>.</param>
/// <param name="Shape">Its dimensions in Keras's layout.</param>
internal sealed record WantedTensor(string Name, params IReadOnlyList<int> Shape)
{
    /// <summary>Whether its values matter; one that only has to be there may be of any type.</summary>
    public bool IsRead { get; init; } = true;
}

/// <summary>One weight tensor that can be read piece by piece, so that none of 411 MB has to be in memory.</summary>
/// <param name="name">Layer and tensor, for messages and for the graph: <c>fc1/kernel</c>.</param>
/// <param name="shape">Its dimensions in Keras's layout.</param>
internal abstract class KerasTensor(string name, IReadOnlyList<int> shape)
{
    public string Name { get; } = name;

    public IReadOnlyList<int> Shape { get; } = shape;

    /// <summary>Number of values.</summary>
    public long Length { get; } = shape.Aggregate(1L, (product, dimension) => product * dimension);

    /// <summary>Number of values that share an index of the first axis.</summary>
    public int RowLength => (int)(Length / Shape[0]);

    /// <summary>How many callers may read at the same time.</summary>
    public abstract int MaxReaders { get; }

    /// <summary>Reads a range of the first axis.</summary>
    /// <param name="first">The first index.</param>
    /// <param name="destination">Receives whole rows in C order; its length says how many.</param>
    /// <exception cref="ModelToolException">The values cannot be read.</exception>
    public abstract void ReadRows(int first, Memory<float> destination);

    /// <summary>All values in C order.</summary>
    public float[] ReadAll()
    {
        var values = new float[Length];
        ReadRows(0, values);
        return values;
    }

    /// <summary>The dimensions for a message: <c>(3, 3, 64, 128)</c>.</summary>
    public string ShapeText => $"({string.Join(", ", Shape)})";
}
