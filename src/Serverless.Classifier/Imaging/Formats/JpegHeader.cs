using System.Buffers.Binary;

namespace Serverless.Classifier.Imaging.Formats;

/// <summary>The segments of a JPEG up to its first scan: ITU-T T.81, annex B.</summary>
internal static class JpegHeader
{
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;

    public static ImageHeader Read(ReadOnlySpan<byte> image)
    {
        ImageHeader? frame = null;
        var components = 0;
        for (var at = 2; NextMarker(image, ref at) is { } marker;)
        {
            if (IsStandalone(marker))
                continue;
            if (at + 2 > image.Length)
                break;
            var segment = image[at..];
            var length = BinaryPrimitives.ReadUInt16BigEndian(segment);
            if (length < 2)
                throw Refusal.Damaged(ImageFormat.Jpeg, "a segment has no length");
            if (IsStartOfFrame(marker))
                (frame, components) = ReadFrame(marker, segment);
            if (marker == StartOfScan && frame is not null && segment.Length > 2)
                return segment[2] < components && frame.WholePicture is null ? frame with { WholePicture = "non-interleaved JPEG" } : frame;
            if (marker is StartOfScan or EndOfImage)
                throw Refusal.Damaged(ImageFormat.Jpeg, "it has no picture, or its pixels come before its header");
            at += length;
        }
        throw Refusal.CutOff(ImageFormat.Jpeg);
    }

    /// <summary>Whether the file goes on to its end-of-image marker; the entropy-coded data may be anything.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> image)
    {
        for (var at = 2; NextMarker(image, ref at) is { } marker;)
        {
            if (marker == EndOfImage)
                return true;
            if (IsStandalone(marker))
                continue;
            if (at + 2 > image.Length)
                return false;
            at += Math.Max(2, (int)BinaryPrimitives.ReadUInt16BigEndian(image[at..]));
        }
        return false;
    }

    private static (ImageHeader Frame, int Components) ReadFrame(byte marker, ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 8)
            throw Refusal.CutOff(ImageFormat.Jpeg);
        if (segment[2] != 8)
            throw Refusal.Unsupported(ImageFormat.Jpeg, $"{segment[2]} bits a channel", "one with 8");
        var height = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        var width = BinaryPrimitives.ReadUInt16BigEndian(segment[5..]);
        var progressive = (marker & 3) == 2; // SOF2, 6, 10, 14
        var frame = new ImageHeader(new ImageFacts(ImageFormat.Jpeg, width, height, []))
        {
            WholePicture = progressive ? "progressive JPEG" : null,
        };
        return (frame, segment[7]);
    }

    /// <summary>Finds the next marker, junk before it skipped as libjpeg does it; leaves <paramref name="at"/> behind it.</summary>
    private static byte? NextMarker(ReadOnlySpan<byte> image, ref int at)
    {
        while (at < image.Length)
        {
            var next = image[at..].IndexOf((byte)0xFF);
            if (next < 0)
                return null;
            at += next;
            while (at < image.Length && image[at] == 0xFF)
                at++;
            if (at < image.Length && image[at++] is var marker and not 0)
                return marker;
        }
        return null;
    }

    /// <summary>TEM, RST0 to RST7 and SOI have no segment.</summary>
    private static bool IsStandalone(byte marker) => marker is 0x01 or (>= 0xD0 and <= 0xD8);

    /// <summary>SOF0 to SOF15 without DHT, JPG and DAC, which lie among them.</summary>
    private static bool IsStartOfFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC;
}
