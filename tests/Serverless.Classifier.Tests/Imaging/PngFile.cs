using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>Writes PNG files chunk by chunk, whatever the chunks hold.</summary>
internal sealed class PngFile
{
    private static readonly uint[] Checksums = MakeChecksums();

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public PngFile(uint width, uint height, byte depth = 8, byte colour = 2, bool interlaced = false)
    {
        Put([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(header, width);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (depth, colour, (byte)(interlaced ? 1 : 0));
        Chunk("IHDR", header);
    }

    /// <summary>A whole picture of 8-bit RGB.</summary>
    public static byte[] Rgb(int width, int height, ReadOnlySpan<byte> rgb)
    {
        var rows = new byte[height * (width * 3 + 1)];
        for (var row = 0; row < height; row++)
            rgb.Slice(row * width * 3, width * 3).CopyTo(rows.AsSpan(row * (width * 3 + 1) + 1));
        return new PngFile((uint)width, (uint)height).Chunk("IDAT", Zlib(rows)).End();
    }

    /// <summary>Adds a chunk with its length and checksum.</summary>
    public PngFile Chunk(string type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        Put(number);
        var name = System.Text.Encoding.Latin1.GetBytes(type);
        Put(name);
        Put(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Checksum(Checksum(uint.MaxValue, name), content));
        Put(number);
        return this;
    }

    /// <summary>The file with its last chunk.</summary>
    public byte[] End() => Chunk("IEND", []).ToArray();

    /// <summary>The file as it is.</summary>
    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    /// <summary>Compresses in zlib's format.</summary>
    public static byte[] Zlib(ReadOnlySpan<byte> content)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest))
            zlib.Write(content);
        return compressed.ToArray();
    }

    /// <summary>A zlib stream of that many MiB of zeros, about a thousandth as long.</summary>
    public static byte[] ZlibZeros(int mebibytes)
    {
        using var segment = new MemoryStream();
        using (var deflate = new DeflateStream(segment, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(new byte[1 << 20]);
            deflate.Flush();
            using var stream = new MemoryStream();
            stream.Write([0x78, 0x9C]);
            for (var i = 0; i < mebibytes; i++)
                segment.WriteTo(stream); // self-contained after a flush, so it may be repeated
            stream.Write([0x03, 0x00]);
            Span<byte> adler = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(adler, (uint)(((long)mebibytes << 20) % 65521) << 16 | 1);
            stream.Write(adler);
            return stream.ToArray();
        }
    }

    private void Put(params ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    private static uint Checksum(uint value, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            value = Checksums[(value ^ b) & 0xFF] ^ (value >> 8);
        return value;
    }

    private static uint[] MakeChecksums()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            table[i] = value;
        }
        return table;
    }
}
