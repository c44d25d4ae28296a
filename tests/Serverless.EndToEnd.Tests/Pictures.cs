using System.Buffers.Binary;
using System.IO.Hashing;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Serverless.EndToEnd.Tests;

/// <summary>The pictures that are uploaded.</summary>
internal static class Pictures
{
    public static byte[] Coffee { get; } = File.ReadAllBytes(TestFiles.InRepository("samples", "coffee.png"));

    public static byte[] Cat { get; } = File.ReadAllBytes(TestFiles.InRepository("samples", "chelsea.png"));

    public static byte[] Rocket { get; } = File.ReadAllBytes(TestFiles.InRepository("samples", "rocket.jpg"));

    /// <summary>A PNG whose header claims a size and that ends there: what reads further than the header fails on it.</summary>
    public static byte[] PngHeader(int width, int height, bool interlaced = false)
    {
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, (byte)(interlaced ? 1 : 0)];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return [0x89, .. "PNG\r\n\x1A\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, [0x78, 0x9C]), .. Chunk("IEND"u8, [])];
    }

    /// <summary>A grey PNG of one colour.</summary>
    public static byte[] Png(int width, int height, byte grey)
    {
        using var picture = new Image<L8>(width, height, new L8(grey));
        using var file = new MemoryStream();
        picture.SaveAsPng(file);
        return file.ToArray();
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        byte[] checkedPart = [.. type, .. content];
        var chunk = new byte[checkedPart.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        checkedPart.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.HashToUInt32(checkedPart));
        return chunk;
    }
}
