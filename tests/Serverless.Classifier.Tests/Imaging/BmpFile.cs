using System.Buffers.Binary;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>Writes BMP files with Windows' header of 40 bytes.</summary>
internal static class BmpFile
{
    /// <summary>A file whose header says what it is told to, over pixels that may be anything.</summary>
    public static byte[] Write(int width, int height, int bits, uint compression, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> pixels)
    {
        var file = new byte[54 + palette.Length + pixels.Length];
        "BM"u8.CopyTo(file);
        Put(file, 2, (uint)file.Length);
        Put(file, 10, (uint)(54 + palette.Length));
        Put(file, 14, 40);
        Put(file, 18, (uint)width);
        Put(file, 22, (uint)height);
        file[26] = 1;
        file[28] = (byte)bits;
        Put(file, 30, compression);
        Put(file, 46, (uint)(palette.Length / 4));
        palette.CopyTo(file.AsSpan(54));
        pixels.CopyTo(file.AsSpan(54 + palette.Length));
        return file;
    }

    private static void Put(byte[] file, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
}
