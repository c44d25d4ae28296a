namespace Serverless.ModelTool.Quantization.Calibration;

/// <summary>How the range that a tensor's 256 levels cover is taken from what was seen of it.</summary>
internal enum CalibrationMethod
{
    /// <summary>All that was seen: nothing is clipped, rare large values make every step coarse.</summary>
    MinMax,

    /// <summary>All but the hundredth of a percent of the values at either end.</summary>
    Percentile9999,

    /// <summary>All but the thousandth of a percent of the values at either end.</summary>
    Percentile99999,

    /// <summary>The range whose levels tell most of the distribution: least Kullback-Leibler divergence.</summary>
    Entropy,
}

/// <summary>The methods' names, for people.</summary>
internal static class CalibrationMethods
{
    public static string Name(this CalibrationMethod method) => method switch
    {
        CalibrationMethod.MinMax => "min-max",
        CalibrationMethod.Percentile9999 => "percentile 99.99",
        CalibrationMethod.Percentile99999 => "percentile 99.999",
        _ => "entropy",
    };
}
