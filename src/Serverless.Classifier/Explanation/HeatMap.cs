namespace Serverless.Classifier.Explanation;

/// <summary>Heat over a picture: a grid of cells that covers what the network saw of it.</summary>
/// <param name="columns">Cells in a row.</param>
/// <param name="rows">Rows of cells.</param>
/// <param name="values">Heat of each cell, rows from the top; what speaks against the class is negative.</param>
/// <param name="seen">Which part of the picture the grid covers.</param>
public sealed class HeatMap(int columns, int rows, float[] values, SeenArea seen)
{
    /// <summary>Cells in a row.</summary>
    public int Columns => columns;

    /// <summary>Rows of cells.</summary>
    public int Rows => rows;

    /// <summary>Heat of each cell, rows from the top. Of class activation maps the mean is the class's score without its bias; of occlusion each is a difference of probabilities.</summary>
    public IReadOnlyList<float> Values => values;

    /// <summary>Which part of the picture the grid covers.</summary>
    public SeenArea Seen => seen;

    /// <summary>
    /// Stretches the grid over a picture: bilinear between the centres of cells, the outer cells' values up to the edge of what was seen. What
    /// speaks against the class counts as 0, the hottest cell as 1.
    /// </summary>
    /// <param name="width">Columns of the picture, in its own or any other size.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <returns>height x width values, rows from the top: 0..1, NaN where the network did not look.</returns>
    public float[] Stretch(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var across = Between(width, seen.Left, seen.Right, columns);
        var down = Between(height, seen.Top, seen.Bottom, rows);
        var peak = values.Max();
        var scale = peak > 0 ? 1 / peak : 0;
        var heat = new float[checked(width * height)];
        var line = new float[columns];
        for (var y = 0; y < height; y++)
        {
            var target = heat.AsSpan(y * width, width);
            var (above, below, rowWeight) = down[y];
            if (above < 0)
            {
                target.Fill(float.NaN);
                continue;
            }

            for (var column = 0; column < columns; column++)
            {
                line[column] = scale * float.Lerp(
                    MathF.Max(values[(above * columns) + column], 0), MathF.Max(values[(below * columns) + column], 0), rowWeight);
            }

            for (var x = 0; x < width; x++)
            {
                var (left, right, weight) = across[x];
                target[x] = left < 0 ? float.NaN : float.Lerp(line[left], line[right], weight);
            }
        }

        return heat;
    }

    /// <summary>For each pixel of an axis the two cells that it lies between and how near it is to the second; cell -1 outside of what was seen.</summary>
    private static (int First, int Second, float Weight)[] Between(int length, double from, double to, int cells)
    {
        var between = new (int, int, float)[length];
        for (var pixel = 0; pixel < length; pixel++)
        {
            var place = ((pixel + 0.5) / length - from) / (to - from);
            if (place is < 0 or > 1)
            {
                between[pixel] = (-1, -1, 0);
                continue;
            }

            var cell = Math.Clamp((place * cells) - 0.5, 0, cells - 1);
            var first = (int)cell;
            between[pixel] = (first, Math.Min(first + 1, cells - 1), (float)(cell - first));
        }

        return between;
    }
}
