using SixLabors.ImageSharp.PixelFormats;

namespace Serverless.Drawing;

/// <summary>
/// Colours of heat: matplotlib's "inferno" (Smith, van der Walt, Firing; CC0), whose lightness rises evenly, so that equal steps of heat look equal, also
/// in grey and to eyes that tell red from green badly.
/// </summary>
internal static class HeatColours
{
    /// <summary>Seventeen of the map's colours, evenly spaced; between them sRGB is mixed.</summary>
    private static readonly int[] Samples =
    [
        0x000004, 0x0B0724, 0x210C4A, 0x3D0965, 0x57106E, 0x71196E, 0x8A226A, 0xA32C61, 0xBC3754,
        0xD24644, 0xE45A31, 0xF1731D, 0xF98E09, 0xFCAC11, 0xF9CB35, 0xF2EA69, 0xFCFFA4,
    ];

    /// <summary>The colours of 256 steps of heat.</summary>
    private static readonly Rgb24[] Steps = [.. Enumerable.Range(0, 256).Select(Mix)];

    /// <summary>The colour of a heat of 0..1.</summary>
    public static Rgb24 Of(float heat) => Steps[(int)MathF.Round(Math.Clamp(heat, 0, 1) * (Steps.Length - 1))];

    private static Rgb24 Mix(int step)
    {
        var place = step * (Samples.Length - 1) / 255f;
        var index = Math.Min((int)place, Samples.Length - 2);
        var (from, to, share) = (Samples[index], Samples[index + 1], place - index);
        return new Rgb24(Channel(16), Channel(8), Channel(0));

        byte Channel(int shift) => (byte)MathF.Round(float.Lerp((from >> shift) & 0xFF, (to >> shift) & 0xFF, share));
    }
}
