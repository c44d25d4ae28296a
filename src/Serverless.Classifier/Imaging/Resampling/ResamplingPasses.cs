using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Serverless.Classifier.Imaging.Resampling;

/// <summary>The arithmetic of the two passes, in fixed point.</summary>
internal static class ResamplingPasses
{
    private const int Half = 1 << (FilterTaps.FractionBits - 1);

    /// <summary>Resamples a row of RGB pixels along its columns.</summary>
    public static void Horizontal(ReadOnlySpan<byte> row, FilterTaps columns, Span<byte> target)
    {
        for (var x = 0; x < columns.Count; x++)
        {
            var weights = columns.Weights(x);
            var pixels = row.Slice(columns.Start(x) * 3, weights.Length * 3);
            int red = Half, green = Half, blue = Half;
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var weight = weights[tap];
                red += pixels[tap * 3] * weight;
                green += pixels[tap * 3 + 1] * weight;
                blue += pixels[tap * 3 + 2] * weight;
            }
            target[x * 3] = ToByte(red);
            target[x * 3 + 1] = ToByte(green);
            target[x * 3 + 2] = ToByte(blue);
        }
    }

    /// <summary>Begins the sums of a resampled row.</summary>
    public static void BeginVertical(Span<int> sums) => sums.Fill(Half);

    /// <summary>Adds a source row with its weight.</summary>
    /// <remarks>Vectors of the processor's own width cannot be compiled ahead: compiled in the usual steps, the pictures of the first seconds would be resized several times as slowly.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRow(ReadOnlySpan<byte> row, int weight, Span<int> sums)
    {
        var i = 0;
        var weights = new Vector<int>(weight);
        var step = Vector<int>.Count;
        for (; i + Vector<byte>.Count <= row.Length; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[i..]), out var low, out var high);
            Vector.Widen(low, out var first, out var second);
            Vector.Widen(high, out var third, out var fourth);
            var target = MemoryMarshal.Cast<int, Vector<int>>(sums.Slice(i, 4 * step));
            target[0] += Vector.AsVectorInt32(first) * weights;
            target[1] += Vector.AsVectorInt32(second) * weights;
            target[2] += Vector.AsVectorInt32(third) * weights;
            target[3] += Vector.AsVectorInt32(fourth) * weights;
        }
        for (; i < row.Length; i++)
            sums[i] += row[i] * weight;
    }

    /// <summary>Rounds the sums to bytes.</summary>
    public static void EndVertical(ReadOnlySpan<int> sums, Span<byte> row)
    {
        for (var i = 0; i < row.Length; i++)
            row[i] = ToByte(sums[i]);
    }

    private static byte ToByte(int sum) => (byte)Math.Clamp(sum >> FilterTaps.FractionBits, 0, 255);
}
