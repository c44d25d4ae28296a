namespace Serverless.ModelTool.Topology;

/// <summary>A size in rows and columns.</summary>
internal readonly record struct Window(int Rows, int Columns)
{
    public static Window One { get; } = new(1, 1);

    /// <summary>A square.</summary>
    public static Window Of(int side) => new(side, side);

    public override string ToString() => $"{Rows} x {Columns}";
}

/// <summary>Margins of a map.</summary>
internal readonly record struct Sides(int Top, int Bottom, int Left, int Right)
{
    public static Sides None { get; }

    /// <summary>The same on all four.</summary>
    public static Sides Of(int width) => new(width, width, width, width);

    public static Sides operator +(Sides one, Sides other) =>
        new(one.Top + other.Top, one.Bottom + other.Bottom, one.Left + other.Left, one.Right + other.Right);
}

/// <summary>What a sliding window finds beyond the edge of the map.</summary>
/// <param name="IsSame">As much, evenly, that a stride of 1 keeps the size; the odd one goes below and to the right, as TensorFlow does it.</param>
/// <param name="Explicit">How much, when that is said.</param>
internal readonly record struct Padding(bool IsSame, Sides Explicit)
{
    public static Padding Valid { get; }

    public static Padding Same { get; } = new(true, Sides.None);

    /// <summary>The same width on all sides.</summary>
    public static Padding Of(int width) => new(false, Sides.Of(width));

    /// <summary>The margins for a map of this size.</summary>
    public Sides For(int rows, int columns, Window kernel, Window strides, Window dilation)
    {
        if (!IsSame)
        {
            return Explicit;
        }

        var vertical = Total(rows, kernel.Rows, strides.Rows, dilation.Rows);
        var horizontal = Total(columns, kernel.Columns, strides.Columns, dilation.Columns);
        return new(vertical / 2, vertical - (vertical / 2), horizontal / 2, horizontal - (horizontal / 2));
    }

    private static int Total(int length, int kernel, int stride, int dilation) =>
        Math.Max((((length + stride - 1) / stride) - 1) * stride + ((kernel - 1) * dilation) + 1 - length, 0);
}
