namespace Serverless.Benchmarks.Statistics;

/// <summary>What was measured several times: its median, and the two values between which the middle four fifths lie.</summary>
/// <param name="Median">The 50th percentile.</param>
/// <param name="P10">The 10th percentile.</param>
/// <param name="P90">The 90th percentile.</param>
/// <param name="Count">How often it was measured; at least once.</param>
internal sealed record Figure(double Median, double P10, double P90, int Count)
{
    /// <summary>The figure of measured values.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static Figure Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Figure(Percentile(sorted, 0.5), Percentile(sorted, 0.1), Percentile(sorted, 0.9), sorted.Length);
    }

    /// <summary>A percentile, interpolated between its two neighbours as NumPy does by default.</summary>
    /// <param name="sorted">The values, smallest first.</param>
    /// <param name="fraction">0 (smallest) to 1 (greatest).</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    internal static double Percentile(ReadOnlySpan<double> sorted, double fraction)
    {
        if (sorted.IsEmpty)
        {
            throw new ArgumentException("There is no percentile of nothing.", nameof(sorted));
        }

        var place = fraction * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
