using System.Buffers.Binary;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>Writes little-endian TIFF files with one directory at byte 8, whatever its entries say.</summary>
internal static class TiffFile
{
    /// <summary>A file of entries (tag, value as a 32-bit number), the offset of the next directory, and the bytes behind it.</summary>
    public static byte[] Write(IReadOnlyList<(ushort Tag, uint Value)> entries, uint nextDirectory, ReadOnlySpan<byte> rest)
    {
        var file = new byte[DataOffset(entries.Count) + rest.Length];
        "II*\0"u8.CopyTo(file);
        Put32(file, 4, 8);
        Put16(file, 8, (ushort)entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            var at = 10 + i * 12;
            Put16(file, at, entries[i].Tag);
            Put16(file, at + 2, 4);
            Put32(file, at + 4, 1);
            Put32(file, at + 8, entries[i].Value);
        }
        Put32(file, 10 + entries.Count * 12, nextDirectory);
        rest.CopyTo(file.AsSpan(DataOffset(entries.Count)));
        return file;
    }

    /// <summary>Where the bytes behind the directory begin.</summary>
    public static int DataOffset(int entries) => 10 + entries * 12 + 4;

    /// <summary>The entries of an 8-bit picture in one strip.</summary>
    public static (ushort Tag, uint Value)[] Picture(uint width, uint height, uint samples, uint photometric, uint stripBytes) =>
    [
        (256, width), (257, height), (258, 8), (259, 1), (262, photometric), (273, (uint)DataOffset(9)),
        (277, samples), (278, height), (279, stripBytes),
    ];

    private static void Put32(byte[] file, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);

    private static void Put16(byte[] file, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);
}
