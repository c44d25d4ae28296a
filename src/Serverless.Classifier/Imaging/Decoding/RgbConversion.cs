using System.Runtime.InteropServices;
using NetVips;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging.Formats;

namespace Serverless.Classifier.Imaging.Decoding;

/// <summary>A row of libvips' samples to 8-bit RGB, as Pillow's <c>convert('RGB')</c> makes them.</summary>
internal sealed class RgbConversion
{
    private delegate void RowConversion(ReadOnlySpan<byte> samples, int bands, Span<byte> rgb);

    private readonly int _bands;
    private readonly RowConversion _convert;

    private RgbConversion(int bands, int sampleBytes, RowConversion convert)
    {
        (_bands, _convert) = (bands, convert);
        BytesPerPixel = bands * sampleBytes;
    }

    /// <summary>Bytes of a pixel before the conversion.</summary>
    public int BytesPerPixel { get; }

    /// <summary>Converts a row.</summary>
    public void Convert(ReadOnlySpan<byte> samples, Span<byte> rgb) => _convert(samples, _bands, rgb);

    /// <summary>Finds the conversion for an image.</summary>
    /// <exception cref="ClassifierException">There is none.</exception>
    public static RgbConversion For(ImageFormat format, Image image)
    {
        var bands = image.Bands;
        var isCmyk = image.Interpretation == Enums.Interpretation.Cmyk && bands >= 4;
        return image.Format switch
        {
            Enums.BandFormat.Uchar when isCmyk => new RgbConversion(bands, 1, FromCmyk),
            Enums.BandFormat.Uchar => new RgbConversion(bands, 1, From8Bits),
            Enums.BandFormat.Ushort when bands == 1 => new RgbConversion(bands, 2, FromGrey<ushort>),
            Enums.BandFormat.Ushort when !isCmyk => new RgbConversion(bands, 2, From16Bits),
            Enums.BandFormat.Char when bands == 1 => new RgbConversion(bands, 1, FromGrey<sbyte>),
            Enums.BandFormat.Short when bands == 1 => new RgbConversion(bands, 2, FromGrey<short>),
            Enums.BandFormat.Int when bands == 1 => new RgbConversion(bands, 4, FromGrey<int>),
            Enums.BandFormat.Uint when bands == 1 => new RgbConversion(bands, 4, FromGrey<uint>),
            Enums.BandFormat.Float when bands == 1 => new RgbConversion(bands, 4, FromGrey<float>),
            _ => throw Refusal.Unsupported(format, $"{bands} channels of {image.Format} values", "one with 8 bits a channel"),
        };
    }

    /// <summary>Grey is repeated, alpha dropped (not blended).</summary>
    private static void From8Bits(ReadOnlySpan<byte> samples, int bands, Span<byte> rgb)
    {
        switch (bands)
        {
            case 3:
                samples.CopyTo(rgb);
                break;
            case < 3:
                for (var (from, to) = (0, 0); to < rgb.Length; from += bands, to += 3)
                    rgb[to] = rgb[to + 1] = rgb[to + 2] = samples[from];
                break;
            default:
                for (var (from, to) = (0, 0); to < rgb.Length; from += bands, to += 3)
                    samples.Slice(from, 3).CopyTo(rgb.Slice(to, 3));
                break;
        }
    }

    /// <summary>With two or more channels Pillow takes the high byte.</summary>
    private static void From16Bits(ReadOnlySpan<byte> samples, int bands, Span<byte> rgb)
    {
        var values = MemoryMarshal.Cast<byte, ushort>(samples);
        var (green, blue) = bands < 3 ? (0, 0) : (1, 2);
        for (var (from, to) = (0, 0); to < rgb.Length; from += bands, to += 3)
        {
            rgb[to] = (byte)(values[from] >> 8);
            rgb[to + 1] = (byte)(values[from + green] >> 8);
            rgb[to + 2] = (byte)(values[from + blue] >> 8);
        }
    }

    /// <summary>With one channel it clips and drops the fraction, however many bits there are.</summary>
    private static void FromGrey<T>(ReadOnlySpan<byte> samples, int bands, Span<byte> rgb) where T : unmanaged, System.Numerics.INumber<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(samples);
        for (var pixel = 0; pixel < values.Length; pixel++)
            rgb.Slice(pixel * 3, 3).Fill(byte.CreateSaturating(values[pixel]));
    }

    /// <summary>
    /// Pillow's formula, without a colour profile: libvips hands ink out as 0 for none whichever way the file stores it. The multiplication
    /// by 255 - K is that of <c>MULDIV255</c> in Pillow's <c>ImagingUtils.h</c>.
    /// </summary>
    private static void FromCmyk(ReadOnlySpan<byte> samples, int bands, Span<byte> rgb)
    {
        for (var (from, to) = (0, 0); to < rgb.Length; from += bands, to += 3)
        {
            var light = 255 - samples[from + 3];
            for (var channel = 0; channel < 3; channel++)
            {
                var product = samples[from + channel] * light + 128;
                rgb[to + channel] = (byte)Math.Max(0, light - (((product >> 8) + product) >> 8));
            }
        }
    }
}
