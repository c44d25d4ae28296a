using System.Buffers;
using Serverless.Classifier.Imaging.Decoding;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Imaging.Resampling;

/// <summary>
/// Pillow's resampling: two passes, each with results of 8 bits, so that their order shows. The source is read once, from the top; of it
/// only as many rows are kept as the filter is high, and only what the window shows is computed.
/// </summary>
internal static class FilterResampler
{
    /// <summary>Resamples a picture with any filter but nearest.</summary>
    public static void Resample(PixelRows source, ResizeFilter filter, ResizeWindow window, Span<byte> rgb)
    {
        rgb.Clear();
        var columns = new FilterTaps(filter, source.Width, window.ResizedWidth, window.Left + window.Columns.First, window.Columns.Count);
        var rows = new FilterTaps(filter, source.Height, window.ResizedHeight, window.Top + window.Rows.First, window.Rows.Count);
        var verticalFirst = IsVerticalFirst(source, window);
        var targetBytes = window.Columns.Count * 3;
        var keptBytes = verticalFirst ? source.RowBytes : targetBytes;
        var sourceRow = ArrayPool<byte>.Shared.Rent(source.RowBytes);
        var kept = ArrayPool<byte>.Shared.Rent(checked(rows.MaxLength * keptBytes));
        var sums = ArrayPool<int>.Shared.Rent(keptBytes);
        try
        {
            var read = rows.Start(0);
            for (var y = 0; y < rows.Count; y++)
            {
                for (; read < rows.End(y); read++)
                {
                    var slot = Row(kept, read, rows, keptBytes);
                    source.Read(read, verticalFirst ? slot : sourceRow.AsSpan(0, source.RowBytes));
                    if (!verticalFirst)
                        ResamplingPasses.Horizontal(sourceRow, columns, slot);
                }
                var target = rgb.Slice(((window.Rows.First + y) * window.Width + window.Columns.First) * 3, targetBytes);
                var column = verticalFirst ? sourceRow.AsSpan(0, keptBytes) : target;
                ResamplingPasses.BeginVertical(sums.AsSpan(0, keptBytes));
                for (var tap = 0; tap < rows.Weights(y).Length; tap++)
                    ResamplingPasses.AddRow(Row(kept, rows.Start(y) + tap, rows, keptBytes), rows.Weights(y)[tap], sums);
                ResamplingPasses.EndVertical(sums, column);
                if (verticalFirst)
                    ResamplingPasses.Horizontal(column, columns, target);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(sourceRow);
            ArrayPool<byte>.Shared.Return(kept);
            ArrayPool<int>.Shared.Return(sums);
        }
    }

    /// <summary>Place of a source row among those that are kept.</summary>
    private static Span<byte> Row(byte[] kept, int row, FilterTaps rows, int bytes) => kept.AsSpan(row % rows.MaxLength * bytes, bytes);

    /// <summary>
    /// Pillow 13 goes vertically first when the height shrinks much more than the width. That this is the exact condition is inferred from
    /// its answers (all of the known ones agree), not read in its source.
    /// </summary>
    private static bool IsVerticalFirst(PixelRows source, ResizeWindow window) =>
        source.Height > window.ResizedHeight && source.Height - window.ResizedHeight > 2L * (source.Width - window.ResizedWidth);
}
