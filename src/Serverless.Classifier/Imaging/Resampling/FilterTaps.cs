using Serverless.Classifier.Models;

namespace Serverless.Classifier.Imaging.Resampling;

/// <summary>
/// Which source pixels make a pixel of the resized picture along one axis, and with which weights: Pillow's <c>precompute_coeffs</c> and
/// <c>normalize_coeffs_8bpc</c> (<c>src/libImaging/Resample.c</c>). The filter is widened when the picture shrinks.
/// </summary>
internal sealed class FilterTaps
{
    /// <summary>Fraction bits of a weight: what 8 bits of pixel and 2 bits of overshoot leave of 32.</summary>
    public const int FractionBits = 32 - 8 - 2;

    private readonly int[] _starts;
    private readonly int[] _lengths;
    private readonly int[] _weights;

    /// <summary>Computes the taps of some pixels of an axis.</summary>
    /// <param name="filter">The filter; nearest has no taps.</param>
    /// <param name="source">Length of the axis in the source.</param>
    /// <param name="resized">Its length in the resized picture.</param>
    /// <param name="first">First pixel in the resized picture.</param>
    /// <param name="count">How many.</param>
    public FilterTaps(ResizeFilter filter, int source, int resized, int first, int count)
    {
        var kernel = FilterKernel.For(filter);
        var scale = (double)(float)source / resized;
        var widened = Math.Max(scale, 1.0);
        var support = kernel.Support * widened;
        var perWidened = 1.0 / widened;
        MaxLength = (int)Math.Ceiling(support) * 2 + 1;
        (_starts, _lengths, _weights) = (new int[count], new int[count], new int[count * MaxLength]);
        var values = new double[MaxLength];
        for (var i = 0; i < count; i++)
        {
            var centre = (first + i + 0.5) * scale;
            var start = Math.Max(0, (int)(centre - support + 0.5));
            var length = Math.Min(source, (int)(centre + support + 0.5)) - start;
            var sum = 0.0;
            for (var tap = 0; tap < length; tap++)
                sum += values[tap] = kernel.Weight((tap + start - centre + 0.5) * perWidened);
            (_starts[i], _lengths[i]) = (start, length);
            for (var tap = 0; tap < length; tap++)
                _weights[i * MaxLength + tap] = ToFixedPoint(sum != 0.0 ? values[tap] / sum : values[tap]);
        }
    }

    /// <summary>No pixel has more taps.</summary>
    public int MaxLength { get; }

    /// <summary>How many pixels there are.</summary>
    public int Count => _starts.Length;

    /// <summary>First source index of a pixel.</summary>
    public int Start(int pixel) => _starts[pixel];

    /// <summary>Source index behind its last.</summary>
    public int End(int pixel) => _starts[pixel] + _lengths[pixel];

    /// <summary>Weights of a pixel's sources, with <see cref="FractionBits"/> fraction bits.</summary>
    public ReadOnlySpan<int> Weights(int pixel) => _weights.AsSpan(pixel * MaxLength, _lengths[pixel]);

    private static int ToFixedPoint(double weight) => (int)((weight < 0 ? -0.5 : 0.5) + weight * (1 << FractionBits));
}
