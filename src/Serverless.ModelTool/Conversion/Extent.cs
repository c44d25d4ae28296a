namespace Serverless.ModelTool.Conversion;

/// <summary>The size of one image's tensor, without the batch.</summary>
/// <param name="dimensions">As Keras counts them: rows, columns, channels for a map; one for a vector; anything else for anything else.</param>
internal sealed class Extent(params IReadOnlyList<int> dimensions)
{
    /// <summary>More values of one image than any network needs; a file that asks for more is damaged.</summary>
    private const long MaxLength = 1 << 28;

    public IReadOnlyList<int> Dimensions { get; } = dimensions;

    public int Rank => Dimensions.Count;

    public bool IsMap => Rank == 3;

    public int Rows => Dimensions[0];

    public int Columns => Dimensions[1];

    /// <summary>The last dimension: channels of a map, length of a vector.</summary>
    public int Channels => Dimensions[^1];

    /// <summary>Number of values.</summary>
    public long Length => Dimensions.Aggregate(1L, (product, dimension) => product * dimension);

    /// <summary>Whether the order of the axes does not matter, because there is only one place or one channel.</summary>
    public bool IsOrderFree => !IsMap || Channels == 1 || Rows * Columns == 1;

    /// <summary>Whether it has values, and not too many.</summary>
    public bool IsPossible => Dimensions.All(dimension => dimension > 0) && Dimensions.Aggregate(1.0, (product, dimension) => product * dimension) <= MaxLength;

    /// <summary>As the graph has them: a map's channels come first.</summary>
    public long[] InGraph => IsMap ? [Channels, Rows, Columns] : [.. Dimensions.Select(dimension => (long)dimension)];

    /// <summary>Whether the dimensions are the same.</summary>
    public bool IsAs(Extent other) => Dimensions.SequenceEqual(other.Dimensions);

    public override string ToString() => $"({string.Join(", ", Dimensions)})";
}
