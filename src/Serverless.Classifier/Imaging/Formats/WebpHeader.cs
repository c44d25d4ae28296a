using System.Buffers.Binary;

namespace Serverless.Classifier.Imaging.Formats;

/// <summary>The first chunk of a WebP: RFC 9649, section 2.</summary>
internal static class WebpHeader
{
    private const int FirstChunk = 12;

    public static ImageHeader Read(ReadOnlySpan<byte> image)
    {
        if (image.Length < FirstChunk + 18)
            throw Refusal.CutOff(ImageFormat.Webp);
        var chunk = image[FirstChunk..];
        var content = chunk[8..];
        if (chunk.StartsWith("VP8 "u8))
        {
            if (!content[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
                throw Refusal.Damaged(ImageFormat.Webp, "its first frame has no start code");
            return Header(
                BinaryPrimitives.ReadUInt16LittleEndian(content[6..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(content[8..]) & 0x3FFF);
        }
        if (chunk.StartsWith("VP8L"u8))
        {
            if (content[0] != 0x2F)
                throw Refusal.Damaged(ImageFormat.Webp, "its lossless frame has no signature");
            var sizes = BinaryPrimitives.ReadUInt32LittleEndian(content[1..]);
            return Header((int)(sizes & 0x3FFF) + 1, (int)((sizes >> 14) & 0x3FFF) + 1);
        }
        if (chunk.StartsWith("VP8X"u8))
            return Header(UInt24(content[4..]) + 1, UInt24(content[7..]) + 1);
        throw Refusal.Damaged(ImageFormat.Webp, "it does not begin with a picture");
    }

    /// <summary>Whether there are as many bytes as the container says.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> image) =>
        image.Length >= 8 && image.Length >= BinaryPrimitives.ReadUInt32LittleEndian(image[4..]) + 8L;

    private static ImageHeader Header(int width, int height) =>
        new(new ImageFacts(ImageFormat.Webp, width, height, [])) { WholePicture = "WebP" };

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
