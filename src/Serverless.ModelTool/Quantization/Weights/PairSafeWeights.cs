namespace Serverless.ModelTool.Quantization.Weights;

/// <summary>Symmetric signed bytes for a channel's weights that give the right sums on every processor.</summary>
/// <remarks>
/// A processor without VNNI multiplies unsigned activations by signed weights and adds neighbouring products in 16 bits, where they saturate without a
/// word (<c>vpmaddubsw</c>). Which weights are neighbours is up to the kernel's packing. So no two weights of a channel may be able to saturate: the two
/// largest sum to at most 128 and the two smallest to at least -128, since 255 * 128 = 32,640 fits 16 bits. The scale pays for it with one bit at most;
/// where clipping the largest weights costs less than a coarser step for all, they are clipped.
/// </remarks>
internal static class PairSafeWeights
{
    /// <summary>The most that two weights of a channel may sum to, either sign.</summary>
    public const int PairLimit = 128;

    private const int Limit = 127;
    private const int ClippingSteps = 24;
    private const double LeastClipping = 0.4;

    /// <summary>Quantizes one channel.</summary>
    /// <param name="weights">All weights whose products are added to one output.</param>
    /// <param name="quantized">Receives as many bytes.</param>
    /// <param name="leastScale">The scale is at least this, for a bias that is large beside the weights.</param>
    /// <returns>What one step is worth; above 0.</returns>
    public static float Quantize(ReadOnlySpan<float> weights, Span<sbyte> quantized, float leastScale = 0)
    {
        var full = Math.Max(FullScale(weights), leastScale);
        if (!float.IsNormal(full))
        {
            quantized.Clear();
            return 1;
        }

        var (best, least) = (full, double.PositiveInfinity);
        for (var step = 0; step <= ClippingSteps; step++)
        {
            var scale = (float)(full * (1 - (step * (1 - LeastClipping) / ClippingSteps)));
            if (scale < leastScale || !float.IsNormal(scale))
            {
                break;
            }

            Round(weights, quantized, scale);
            var error = SquaredError(weights, quantized, scale);
            if (error < least)
            {
                (best, least) = (scale, error);
            }
        }

        Round(weights, quantized, best);
        return best;
    }

    /// <summary>Whether any two of these could saturate, whichever are neighbours.</summary>
    public static bool CanSaturate(ReadOnlySpan<sbyte> channel)
    {
        var extremes = Extremes.Of(channel);
        return extremes.Largest + extremes.SecondLargest > PairLimit || extremes.Smallest + extremes.SecondSmallest < -PairLimit;
    }

    /// <summary>The finest scale that clips nothing, but for the rounding.</summary>
    private static float FullScale(ReadOnlySpan<float> weights)
    {
        float largest = 0, second = 0, smallest = 0, secondSmallest = 0;
        foreach (var weight in weights)
        {
            (largest, second) = weight > largest ? (weight, largest) : (largest, Math.Max(second, weight));
            (smallest, secondSmallest) = weight < smallest ? (weight, smallest) : (smallest, Math.Min(secondSmallest, weight));
        }

        return Math.Max(Math.Max(largest, -smallest) / Limit, Math.Max(largest + second, -(smallest + secondSmallest)) / PairLimit);
    }

    private static void Round(ReadOnlySpan<float> weights, Span<sbyte> quantized, float scale)
    {
        for (var index = 0; index < weights.Length; index++)
        {
            quantized[index] = (sbyte)Math.Clamp(MathF.Round(weights[index] / scale), -Limit, Limit);
        }

        // One alone may be large; as soon as two together are too large, half the limit is the most for each.
        var extremes = Extremes.Of(quantized);
        var high = extremes.Largest + extremes.SecondLargest > PairLimit ? PairLimit / 2 : Limit;
        var low = extremes.Smallest + extremes.SecondSmallest < -PairLimit ? -PairLimit / 2 : -Limit;
        if (high < Limit || low > -Limit)
        {
            foreach (ref var value in quantized)
            {
                value = (sbyte)Math.Clamp((int)value, low, high);
            }
        }
    }

    private static double SquaredError(ReadOnlySpan<float> weights, ReadOnlySpan<sbyte> quantized, float scale)
    {
        var sum = 0.0;
        for (var index = 0; index < weights.Length; index++)
        {
            var error = weights[index] - (quantized[index] * scale);
            sum += error * error;
        }

        return sum;
    }

    /// <summary>The two largest and the two smallest; 0 stands in where there are fewer of a sign, as padding does.</summary>
    private readonly record struct Extremes(int Largest, int SecondLargest, int Smallest, int SecondSmallest)
    {
        public static Extremes Of(ReadOnlySpan<sbyte> values)
        {
            int largest = 0, second = 0, smallest = 0, secondSmallest = 0;
            foreach (var value in values)
            {
                if (value > second)
                {
                    (largest, second) = value > largest ? ((int)value, largest) : (largest, value);
                }
                else if (value < secondSmallest)
                {
                    (smallest, secondSmallest) = value < smallest ? ((int)value, smallest) : (smallest, value);
                }
            }

            return new(largest, second, smallest, secondSmallest);
        }
    }
}
