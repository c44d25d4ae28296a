using System.Buffers;
using Serverless.Classifier.Imaging.Decoding;

namespace Serverless.Classifier.Imaging.Resampling;

/// <summary>
/// Pillow's NEAREST (<c>ImagingScaleAffine</c> in <c>Geometry.c</c>): source positions are accumulated in double. The obvious
/// <c>(i + 0.5) * step</c> rounds differently at ties: of 1000 photographs it changed 49.
/// </summary>
internal static class NearestResampler
{
    /// <summary>Resamples a picture; fetches no row that it does not show.</summary>
    public static void Resample(PixelRows source, ResizeWindow window, Span<byte> rgb)
    {
        var columns = Positions(source.Width, window.ResizedWidth, window.Left + window.Columns.First, window.Columns.Count);
        var rows = Positions(source.Height, window.ResizedHeight, window.Top + window.Rows.First, window.Rows.Count);
        var rowBytes = window.Width * 3;
        rgb.Clear();
        var sourceRow = ArrayPool<byte>.Shared.Rent(source.RowBytes);
        try
        {
            for (var y = 0; y < rows.Length; y++)
            {
                var target = rgb.Slice((window.Rows.First + y) * rowBytes, rowBytes);
                if (y > 0 && rows[y] == rows[y - 1])
                {
                    rgb.Slice((window.Rows.First + y - 1) * rowBytes, rowBytes).CopyTo(target);
                    continue;
                }
                source.Read(rows[y], sourceRow.AsSpan(0, source.RowBytes));
                Pick(sourceRow, columns, target[(window.Columns.First * 3)..]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(sourceRow);
        }
    }

    private static void Pick(ReadOnlySpan<byte> row, ReadOnlySpan<int> columns, Span<byte> target)
    {
        for (var x = 0; x < columns.Length; x++)
            row.Slice(columns[x] * 3, 3).CopyTo(target[(x * 3)..]);
    }

    /// <summary>Source index of each covered row or column.</summary>
    private static int[] Positions(int source, int resized, int first, int count)
    {
        var step = (double)source / resized;
        var position = step * 0.5;
        for (var skipped = 0; skipped < first; skipped++)
            position += step;
        var positions = new int[count];
        foreach (ref var index in positions.AsSpan())
        {
            index = (int)position;
            position += step;
        }
        return positions;
    }
}
