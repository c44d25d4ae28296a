namespace Serverless.ModelTool.Quantization.Calibration;

/// <summary>
/// The range that loses least information: of limits from the largest absolute value down to a fifth of it, the one within which 256 levels have the least
/// Kullback-Leibler divergence from what was seen. After Migacz, "8-bit Inference with TensorRT", GTC 2017, for ranges of both signs.
/// </summary>
internal static class EntropyRange
{
    private const int Candidates = 81;
    private const double Narrowest = 0.2;

    /// <summary>Spread over bins that the levels say are empty, as a share of one: a divergence needs every probability above 0.</summary>
    private const double Floor = 1e-9;

    public static (float Min, float Max) Find(Histogram seen)
    {
        var extreme = Math.Max(seen.Max, -seen.Min);
        var (best, least) = (extreme, double.PositiveInfinity);
        for (var candidate = 0; candidate < Candidates; candidate++)
        {
            var limit = (float)(extreme * (1 - (candidate * (1 - Narrowest) / (Candidates - 1))));
            var divergence = Divergence(seen, Math.Max(seen.Min, -limit), Math.Min(seen.Max, limit));
            if (divergence < least)
            {
                (best, least) = (limit, divergence);
            }
        }

        return (Math.Max(seen.Min, -best), Math.Min(seen.Max, best));
    }

    /// <summary>How much of the distribution is lost when it is clipped to [<paramref name="min"/>, <paramref name="max"/>] and put on 256 levels.</summary>
    private static double Divergence(Histogram seen, double min, double max)
    {
        if (max <= min)
        {
            return 0;
        }

        var bins = seen.Bins;
        var first = BinOf(seen, min);
        var last = BinOf(seen, max);
        Span<double> mass = stackalloc double[ActivationScale.Steps + 1];
        Span<int> occupied = stackalloc int[ActivationScale.Steps + 1];
        mass.Clear();
        occupied.Clear();
        var total = 0.0;
        for (var bin = first; bin <= last; bin++)
        {
            if (bins[bin] > 0)
            {
                var level = LevelOf(seen, bin, min, max);
                mass[level] += bins[bin];
                occupied[level]++;
                total += bins[bin];
            }
        }

        var (below, above) = (Sum(bins[..first]), Sum(bins[(last + 1)..]));
        var (whole, divergence) = (total + below + above, 0.0);
        for (var bin = first; bin <= last; bin++)
        {
            // What is clipped lands on the outermost levels; the levels themselves were measured without it.
            var actual = bins[bin] + (bin == first ? below : 0) + (bin == last ? above : 0);
            if (actual > 0)
            {
                var level = LevelOf(seen, bin, min, max);
                var told = occupied[level] > 0 && bins[bin] > 0 ? mass[level] / occupied[level] / total : Floor;
                divergence += actual / whole * Math.Log(actual / whole / told);
            }
        }

        return divergence;
    }

    private static int BinOf(Histogram seen, double value) => Math.Clamp((int)Math.Floor(value / seen.BinWidth) + (Histogram.BinCount / 2), 0, Histogram.BinCount - 1);

    private static int LevelOf(Histogram seen, int bin, double min, double max) => (int)Math.Clamp(
        Math.Round((seen.EdgeOf(bin) + (seen.BinWidth / 2) - min) / (max - min) * ActivationScale.Steps), 0, ActivationScale.Steps);

    private static double Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0.0;
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
