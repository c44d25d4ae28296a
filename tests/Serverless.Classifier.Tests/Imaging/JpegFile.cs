using System.Buffers.Binary;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>Writes grey or black JPEG files of any claimed size out of a few bytes.</summary>
internal static class JpegFile
{
    /// <summary>A progressive picture of three channels: one scan for their means, then scans of one coefficient each that hold only zeros.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="scans">Scans after the first; libjpeg calls more than 189 odd, since there are no more coefficients.</param>
    public static byte[] Progressive(int width, int height, int scans)
    {
        using var file = new MemoryStream();
        Begin(file, startOfFrame: 0xC2, width, height);
        var blocks = (width + 7) / 8 * ((height + 7) / 8);
        Segment(file, 0xDA, [3, 1, 0, 2, 0, 3, 0, 0, 0, 0]);
        file.Write(new byte[(blocks * 3 + 7) / 8]); // one bit a block: no difference to the block before
        // End-of-band runs of 32767 blocks: code 0, then 14 ones, and a one to pad.
        var bits = string.Concat(Enumerable.Repeat("0" + new string('1', 14), (blocks + 32766) / 32767));
        var run = Bits(bits);
        for (var scan = 0; scan < scans; scan++)
        {
            var coefficient = (byte)(1 + scan / 3 % 63);
            Segment(file, 0xDA, [1, (byte)(1 + scan % 3), 0, coefficient, coefficient, 0]);
            file.Write(run);
        }
        file.Write([0xFF, 0xD9]);
        return file.ToArray();
    }

    /// <summary>A baseline picture of which only the header is there.</summary>
    public static byte[] HeaderOnly(int width, int height, byte startOfFrame = 0xC0)
    {
        using var file = new MemoryStream();
        Begin(file, startOfFrame, width, height);
        Segment(file, 0xDA, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
        return file.ToArray();
    }

    private static void Begin(MemoryStream file, byte startOfFrame, int width, int height)
    {
        file.Write([0xFF, 0xD8]);
        Segment(file, 0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]);
        Segment(file, startOfFrame, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
        Segment(file, 0xC4, [0x00, 1, .. new byte[15], 0]); // code 0: difference 0
        Segment(file, 0xC4, [0x10, 1, .. new byte[15], 0xE0]); // code 0: a run of 2^14 blocks and more
    }

    private static void Segment(MemoryStream file, byte marker, byte[] content)
    {
        file.Write([0xFF, marker]);
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(content.Length + 2));
        file.Write(length);
        file.Write(content);
    }

    private static byte[] Bits(string bits)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < bits.Length; at += 8)
        {
            var next = Convert.ToByte(bits.Substring(at, Math.Min(8, bits.Length - at)).PadRight(8, '1'), 2);
            bytes.Add(next);
            if (next == 0xFF)
                bytes.Add(0);
        }
        return [.. bytes];
    }
}
