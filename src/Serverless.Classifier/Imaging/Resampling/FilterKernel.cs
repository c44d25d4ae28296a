using Serverless.Classifier.Models;

namespace Serverless.Classifier.Imaging.Resampling;

/// <summary>A resampling filter, as in Pillow's <c>src/libImaging/Resample.c</c>.</summary>
/// <param name="Support">Half its width in source pixels when the picture does not shrink.</param>
/// <param name="Weight">Its value at a distance from the centre.</param>
internal sealed record FilterKernel(double Support, Func<double, double> Weight)
{
    private static readonly FilterKernel Box = new(0.5, x => x is > -0.5 and <= 0.5 ? 1.0 : 0.0);
    private static readonly FilterKernel Bilinear = new(1.0, x => Math.Max(0.0, 1.0 - Math.Abs(x)));
    private static readonly FilterKernel Hamming = new(1.0, HammingWeight);
    private static readonly FilterKernel Bicubic = new(2.0, BicubicWeight);
    private static readonly FilterKernel Lanczos = new(3.0, x => x is >= -3.0 and < 3.0 ? Sinc(x) * Sinc(x / 3) : 0.0);

    /// <summary>The kernel of a filter; <see cref="ResizeFilter.Nearest"/> has none.</summary>
    public static FilterKernel For(ResizeFilter filter) => filter switch
    {
        ResizeFilter.Box => Box,
        ResizeFilter.Bilinear => Bilinear,
        ResizeFilter.Hamming => Hamming,
        ResizeFilter.Bicubic => Bicubic,
        ResizeFilter.Lanczos => Lanczos,
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "not a filter with weights"),
    };

    private static double Sinc(double x) => x == 0.0 ? 1.0 : Math.Sin(x * Math.PI) / (x * Math.PI);

    /// <summary>The constants are float32 in Pillow's source.</summary>
    private static double HammingWeight(double x)
    {
        x = Math.Abs(x);
        if (x == 0.0)
            return 1.0;
        if (x >= 1.0)
            return 0.0;
        x *= Math.PI;
        return Math.Sin(x) / x * (0.54f + 0.46f * Math.Cos(x));
    }

    /// <summary>Keys' cubic convolution with a = -0.5.</summary>
    private static double BicubicWeight(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        if (x < 1.0)
            return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
        if (x < 2.0)
            return (((x - 5) * x + 8) * x - 4) * a;
        return 0.0;
    }
}
