namespace Serverless.ModelTool.Quantization.Calibration;

/// <summary>The range that a tensor's levels are to cover, by each method.</summary>
internal static class RangeFinder
{
    /// <summary>The range.</summary>
    /// <param name="seen">What was seen of the tensor.</param>
    /// <param name="method">How to choose.</param>
    public static (float Min, float Max) Find(Histogram seen, CalibrationMethod method) => method switch
    {
        CalibrationMethod.MinMax => (seen.Min, seen.Max),
        CalibrationMethod.Percentile9999 => Without(seen, share: 1e-4),
        CalibrationMethod.Percentile99999 => Without(seen, share: 1e-5),
        _ => EntropyRange.Find(seen),
    };

    /// <summary>The range without that share of all values at either end.</summary>
    private static (float Min, float Max) Without(Histogram seen, double share)
    {
        var beyond = (long)(seen.Count * share);
        var bins = seen.Bins;
        var (low, high) = (0, bins.Length - 1);
        for (var passed = bins[low]; passed <= beyond && low < bins.Length / 2; passed += bins[low])
        {
            low++;
        }

        for (var passed = bins[high]; passed <= beyond && high >= bins.Length / 2; passed += bins[high])
        {
            high--;
        }

        return ((float)Math.Max(seen.Min, seen.EdgeOf(low)), (float)Math.Min(seen.Max, seen.EdgeOf(high + 1)));
    }
}
