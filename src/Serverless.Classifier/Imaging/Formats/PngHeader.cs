using System.Buffers;
using System.Buffers.Binary;

namespace Serverless.Classifier.Imaging.Formats;

/// <summary>The first chunk of a PNG: https://www.w3.org/TR/png-3/#11IHDR.</summary>
internal static class PngHeader
{
    private const int SignatureBytes = 8;
    private static readonly SearchValues<byte> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    public static ImageHeader Read(ReadOnlySpan<byte> image)
    {
        const int through = SignatureBytes + 8 + 13;
        if (image.Length < through)
            throw Refusal.CutOff(ImageFormat.Png);
        var chunk = image[SignatureBytes..];
        if (BinaryPrimitives.ReadUInt32BigEndian(chunk) != 13 || !chunk[4..].StartsWith("IHDR"u8))
            throw Refusal.Damaged(ImageFormat.Png, "it does not begin with its header");
        var width = BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]);
        var height = BinaryPrimitives.ReadUInt32BigEndian(chunk[12..]);
        if (width > int.MaxValue || height > int.MaxValue)
            throw Refusal.Damaged(ImageFormat.Png, $"its header says {width} x {height} pixels");
        var (depth, colour, interlaced) = (chunk[16], chunk[17], chunk[20] == 1);
        return new ImageHeader(new ImageFacts(ImageFormat.Png, (int)width, (int)height, Warnings(depth, colour)))
        {
            WholePicture = interlaced ? "interlaced PNG" : null,
        };
    }

    /// <summary>
    /// Whether every chunk up to the last is there with all of its bytes; behind bytes that are no chunk nothing more can be said.
    /// </summary>
    public static bool IsWhole(ReadOnlySpan<byte> image)
    {
        const int lengthTypeAndChecksum = 12;
        for (long at = SignatureBytes; at + lengthTypeAndChecksum <= image.Length;)
        {
            var chunk = image[(int)at..];
            at += BinaryPrimitives.ReadUInt32BigEndian(chunk) + (long)lengthTypeAndChecksum;
            if (chunk[4..8].ContainsAnyExcept(Letters))
                return true;
            if (chunk[4..].StartsWith("IEND"u8))
                return at <= image.Length;
        }
        return false;
    }

    private static string[] Warnings(byte depth, byte colour) => depth == 16 && colour == 0 ? [ImageWarnings.SixteenBitGrey] : [];
}
