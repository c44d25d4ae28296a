using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace Serverless.Drawing;

/// <summary>Draws heat as a PNG file. It gets numbers and pixels that were decoded elsewhere, and never an encoded picture.</summary>
public static class HeatPicture
{
    /// <summary>How strongly the hottest colour covers the photograph.</summary>
    private const float Cover = 0.7f;

    /// <summary>Draws heat alone: opaque where there is some, transparent where there is none.</summary>
    /// <param name="heat">height x width values, rows from the top: 0..1, or NaN.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <returns>A PNG file.</returns>
    public static byte[] Draw(ReadOnlySpan<float> heat, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(heat.Length, checked(width * height));
        var pixels = new Rgba32[heat.Length];
        for (var index = 0; index < pixels.Length; index++)
        {
            var colour = HeatColours.Of(heat[index]);
            pixels[index] = float.IsNaN(heat[index]) ? default : new Rgba32(colour.R, colour.G, colour.B);
        }

        using var picture = Image.LoadPixelData(pixels, width, height);
        // Of 257 colours in smooth runs a filter makes many: without one the file is 40 % smaller and made three times as fast.
        return Encode(picture, PngColorType.RgbWithAlpha, PngFilterMethod.None);
    }

    /// <summary>
    /// Draws heat over a photograph: in grey where it is cold, so that colour means heat and nothing else, and dimmed where the network did not look.
    /// </summary>
    /// <param name="rgb">height x width x 3 values: rows from the top, columns, RGB.</param>
    /// <param name="heat">height x width values: 0..1, or NaN.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <returns>A PNG file.</returns>
    public static byte[] DrawOver(ReadOnlySpan<byte> rgb, ReadOnlySpan<float> heat, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(heat.Length, checked(width * height));
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, checked(heat.Length * 3));
        var pixels = new Rgb24[heat.Length];
        for (var index = 0; index < pixels.Length; index++)
        {
            pixels[index] = Over(rgb.Slice(index * 3, 3), heat[index]);
        }

        using var picture = Image.LoadPixelData(pixels, width, height);
        return Encode(picture, PngColorType.Rgb, PngFilterMethod.Adaptive);
    }

    private static Rgb24 Over(ReadOnlySpan<byte> rgb, float heat)
    {
        var grey = (0.2126f * rgb[0]) + (0.7152f * rgb[1]) + (0.0722f * rgb[2]);
        if (float.IsNaN(heat))
        {
            var dimmed = (byte)(grey / 3);
            return new Rgb24(dimmed, dimmed, dimmed);
        }

        var (colour, share) = (HeatColours.Of(heat), Cover * MathF.Sqrt(heat));
        return new Rgb24(Mix(colour.R), Mix(colour.G), Mix(colour.B));

        byte Mix(byte hot) => (byte)MathF.Round(float.Lerp(grey, hot, share));
    }

    private static byte[] Encode(Image picture, PngColorType colours, PngFilterMethod filter)
    {
        using var file = new MemoryStream();
        picture.SaveAsPng(file, new PngEncoder { ColorType = colours, BitDepth = PngBitDepth.Bit8, FilterMethod = filter });
        return file.ToArray();
    }
}
