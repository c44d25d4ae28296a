using System.Buffers.Binary;
using System.Text;
using Serverless.Classifier.Errors;

namespace Serverless.Classifier.Imaging.Formats;

/// <summary>Tells a format from the first bytes, those that are decoded and those that are refused by name.</summary>
internal static class FormatSniffer
{
    /// <summary>How far into a text the root element of an SVG is looked for, in bytes.</summary>
    private const int SvgSearch = 4096;

    private readonly record struct Signature(string Name, int Offset, byte[] Bytes)
    {
        public Signature(string name, string ascii, int offset = 0) : this(name, offset, Encoding.Latin1.GetBytes(ascii)) { }

        public bool Matches(ReadOnlySpan<byte> image) => image.Length >= Offset + Bytes.Length && image[Offset..].StartsWith(Bytes);
    }

    private static readonly Signature[] Refused =
    [
        new("PDF", "%PDF-"),
        new("PostScript", "%!PS"),
        new("PSD", "8BPS"),
        new("ICO", "\0\0\u0001\0"),
        new("CUR", "\0\0\u0002\0"),
        new("ICNS", "icns"),
        new("JPEG XL", "\u00FF\u000A"),
        new("JPEG XL", "\0\0\0\u000CJXL \r\n\u0087\n"),
        new("JPEG 2000", "\0\0\0\u000CjP  \r\n\u0087\n"),
        new("JPEG 2000", "\u00FF\u004F\u00FF\u0051"),
        new("JPEG XR", "II\u00BC"),
        new("MNG", "\u008AMNG\r\n"),
        new("JNG", "\u008BJNG\r\n"),
        new("OpenEXR", "v/1\u0001"),
        new("Radiance HDR", "#?RADIANCE"),
        new("Radiance HDR", "#?RGBE"),
        new("DDS", "DDS "),
        new("QOI", "qoif"),
        new("FLIF", "FLIF"),
        new("BPG", "BPG\u00FB"),
        new("XCF", "gimp xcf"),
        new("DjVu", "AT&TFORM"),
        new("FITS", "SIMPLE  ="),
        new("DICOM", "DICM", 128),
        new("WMF", "\u00D7\u00CD\u00C6\u009A"),
        new("EMF", " EMF", 40),
        new("RAF", "FUJIFILMCCD-RAW"),
    ];

    /// <summary>Brands of the ISO base media file format, from the four bytes after <c>ftyp</c>.</summary>
    private static readonly Dictionary<string, string> Brands = new(StringComparer.Ordinal)
    {
        ["avif"] = "AVIF",
        ["avis"] = "AVIF",
        ["heic"] = "HEIC",
        ["heix"] = "HEIC",
        ["heim"] = "HEIC",
        ["heis"] = "HEIC",
        ["hevc"] = "HEIC",
        ["hevx"] = "HEIC",
        ["mif1"] = "HEIF",
        ["msf1"] = "HEIF",
        ["crx "] = "CR3",
    };

    /// <summary>Tells the format.</summary>
    /// <exception cref="ClassifierException">
    /// <see cref="ErrorKind.UnsupportedFormat"/>, which names the format, or <see cref="ErrorKind.NotAnImage"/>.
    /// </exception>
    public static ImageFormat Sniff(ReadOnlySpan<byte> image)
    {
        if (image.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (image.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
            return ImageFormat.Png;
        if (image.StartsWith("GIF87a"u8) || image.StartsWith("GIF89a"u8))
            return ImageFormat.Gif;
        if (image.Length >= 12 && image.StartsWith("RIFF"u8) && image[8..].StartsWith("WEBP"u8))
            return ImageFormat.Webp;
        if (image.StartsWith("II*\0"u8) || image.StartsWith("MM\0*"u8) || image.StartsWith("II+\0"u8) || image.StartsWith("MM\0+"u8))
            return ImageFormat.Tiff;
        if (IsBmp(image))
            return ImageFormat.Bmp;
        if (NameOfRefused(image) is { } name)
            throw new ClassifierException(ErrorKind.UnsupportedFormat, $"This is {name}, which is not supported; send {Refusal.Accepted}.");
        throw new ClassifierException(ErrorKind.NotAnImage, $"The bytes are not an image of any known format; send {Refusal.Accepted}.");
    }

    /// <summary>The two letters alone begin many a text: the size of the second header is looked at as well.</summary>
    private static bool IsBmp(ReadOnlySpan<byte> image) =>
        image.Length >= 18 && image.StartsWith("BM"u8) && BmpHeader.IsKnownSize(BinaryPrimitives.ReadUInt32LittleEndian(image[14..]));

    private static string? NameOfRefused(ReadOnlySpan<byte> image)
    {
        foreach (var signature in Refused)
            if (signature.Matches(image))
                return signature.Name;
        if (image.Length >= 12 && image[4..].StartsWith("ftyp"u8))
            return Brands.GetValueOrDefault(Encoding.Latin1.GetString(image.Slice(8, 4)), "a video or another ISO media file");
        if (image.Length >= 3 && image[0] == 'P' && image[1] is >= (byte)'1' and <= (byte)'7' && char.IsWhiteSpace((char)image[2]))
            return "PNM";
        return IsSvg(image) ? "SVG" : null;
    }

    private static bool IsSvg(ReadOnlySpan<byte> image)
    {
        var start = image[..Math.Min(image.Length, SvgSearch)];
        if (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);
        return start.StartsWith("<"u8) && start.IndexOf("<svg"u8) >= 0;
    }
}
