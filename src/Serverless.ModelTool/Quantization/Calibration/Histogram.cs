namespace Serverless.ModelTool.Quantization.Calibration;

/// <summary>
/// What was seen of a tensor, in bounded memory however much that was: extremes and counts in bins over [-<see cref="Reach"/>, <see cref="Reach"/>].
/// </summary>
/// <remarks>
/// The reach is a power of two and doubles when a larger value comes; two bins then become one exactly, so that the counts do not depend on the order of
/// what is seen. Zeros, the half of what a ReLU gives, are counted apart: every range represents them exactly, so they say nothing about a range.
/// </remarks>
internal sealed class Histogram
{
    /// <summary>Bins over both signs; at least a quarter of them lie between 0 and the extreme.</summary>
    public const int BinCount = 8192;

    private const int Middle = BinCount / 2;

    /// <summary>2 to the -64: below it a bin's width would come near what float32 can tell from 0.</summary>
    private const float LeastReach = 5.421011e-20f;

    private readonly long[] _bins = new long[BinCount];

    /// <summary>The bins' counts, lowest values first.</summary>
    public ReadOnlySpan<long> Bins => _bins;

    /// <summary>Half the width of what the bins cover; 0 while only zeros were seen.</summary>
    public float Reach { get; private set; }

    /// <summary>The smallest value seen, 0 at most.</summary>
    public float Min { get; private set; }

    /// <summary>The largest value seen, 0 at least.</summary>
    public float Max { get; private set; }

    /// <summary>How many values were seen, zeros included.</summary>
    public long Count { get; private set; }

    /// <summary>Width of a bin.</summary>
    public double BinWidth => 2.0 * Reach / BinCount;

    /// <summary>The value at the lower edge of a bin.</summary>
    public double EdgeOf(int bin) => (bin - Middle) * BinWidth;

    /// <summary>Counts values.</summary>
    /// <exception cref="ModelToolException">One is NaN or infinite.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (value < Min || value > Max)
            {
                Widen(value);
            }
            else if (!float.IsFinite(value))
            {
                throw NotFinite();
            }
        }

        Count += values.Length;
        var binsPerUnit = Middle / Reach;
        foreach (var value in values)
        {
            if (value != 0)
            {
                _bins[Math.Min((int)MathF.Floor(value * binsPerUnit) + Middle, BinCount - 1)]++;
            }
        }
    }

    private void Widen(float value)
    {
        if (!float.IsFinite(value))
        {
            throw NotFinite();
        }

        (Min, Max) = (Math.Min(Min, value), Math.Max(Max, value));
        var needed = Math.Abs(value);
        if (Reach == 0)
        {
            Reach = Math.Max(MathF.ScaleB(1, Math.ILogB(needed)), LeastReach);
        }

        while (Reach <= needed)
        {
            Double();
        }
    }

    private void Double()
    {
        Reach *= 2;
        var folded = new long[BinCount];
        for (var bin = 0; bin < BinCount; bin++)
        {
            folded[(Middle / 2) + (bin / 2)] += _bins[bin];
        }

        folded.CopyTo(_bins, 0);
    }

    private static ModelToolException NotFinite() => new("The float32 model computes something that is not a number: it cannot be quantized.");
}
