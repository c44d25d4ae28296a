using System.Buffers.Binary;
using System.Numerics;

namespace Serverless.Classifier.Imaging.Formats;

/// <summary>How the pixels of a BMP are packed.</summary>
internal enum BmpPacking
{
    /// <summary>1, 4 or 8 bits a pixel, an index into the palette.</summary>
    Indexed,

    /// <summary>The same in runs.</summary>
    RunLength,

    /// <summary>Two bytes a pixel, 5 bits a channel.</summary>
    Rgb555,

    /// <summary>Two bytes a pixel, 6 bits for green.</summary>
    Rgb565,

    /// <summary>Three or four bytes a pixel, a byte a channel.</summary>
    Bytes,
}

/// <summary>The two headers of a BMP, Windows' and OS/2's, read as Pillow reads them.</summary>
internal sealed record BmpHeader
{
    private const int FileHeader = 14;
    private const int CoreHeader = 12;
    private const int InfoHeader = 40;

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Whether the first row of the file is the topmost.</summary>
    public required bool TopDown { get; init; }

    /// <summary>1, 4, 8, 16, 24 or 32 bits a pixel.</summary>
    public required int Bits { get; init; }

    /// <summary>How they are packed.</summary>
    public required BmpPacking Packing { get; init; }

    /// <summary>Which bytes of a pixel hold red, green and blue, where each has its own.</summary>
    public (int Red, int Green, int Blue) ByteOf { get; init; } = (2, 1, 0);

    /// <summary>Where the palette's colours lie, blue first.</summary>
    public required Range Palette { get; init; }

    /// <summary>Bytes of a palette entry: 3 or 4.</summary>
    public required int PaletteEntryBytes { get; init; }

    /// <summary>Where the pixels begin.</summary>
    public required int DataOffset { get; init; }

    /// <summary>Bytes of a row with its padding to four.</summary>
    public long Stride => (((long)Width * Bits + 31) >> 3) & ~3L;

    /// <summary>Whether a second header of that many bytes is known.</summary>
    public static bool IsKnownSize(uint bytes) => bytes is CoreHeader or InfoHeader or 52 or 56 or 64 or 108 or 124;

    public ImageHeader ToImageHeader() => new(new ImageFacts(ImageFormat.Bmp, Width, Height, []))
    {
        WholePicture = Packing == BmpPacking.RunLength ? "run-length encoded BMP" : null,
    };

    public static BmpHeader Read(ReadOnlySpan<byte> image)
    {
        var size = (int)UInt32(image, FileHeader);
        if (image.Length < FileHeader + size)
            throw Refusal.CutOff(ImageFormat.Bmp);
        var core = size == CoreHeader;
        var info = image[FileHeader..];
        var topDown = !core && info[11] == 0xFF;
        var width = core ? UInt16(info, 4) : UInt32(info, 4);
        var height = core ? UInt16(info, 6) : topDown ? unchecked(0u - UInt32(info, 8)) : UInt32(info, 8);
        if (width > int.MaxValue || height > int.MaxValue)
            throw Refusal.Damaged(ImageFormat.Bmp, $"its header says {width} x {height} pixels");
        var bits = UInt16(info, core ? 10 : 14);
        var compression = core ? 0 : UInt32(info, 16);
        var (packing, byteOf, maskBytes) = ReadPacking(image, size, bits, compression);
        var paletteAt = FileHeader + size + maskBytes;
        var paletteBytes = PaletteBytes(bits, core ? 0 : UInt32(info, 32), entryBytes: core ? 3 : 4);
        var dataOffset = UInt32(image, 10);
        if (dataOffset == 0 || (bits <= 8 && dataOffset == FileHeader + size)) // some writers forget the palette
            dataOffset = (uint)(paletteAt + paletteBytes);
        return new BmpHeader
        {
            Width = (int)width,
            Height = (int)height,
            TopDown = topDown,
            Bits = bits,
            Packing = packing,
            ByteOf = byteOf,
            Palette = Math.Min(paletteAt, image.Length)..Math.Min(paletteAt + paletteBytes, image.Length),
            PaletteEntryBytes = core ? 3 : 4,
            DataOffset = (int)Math.Min(dataOffset, (uint)image.Length),
        };
    }

    private static int PaletteBytes(int bits, uint colours, int entryBytes)
    {
        if (bits > 8)
            return 0;
        if (colours > 65536)
            throw Refusal.Damaged(ImageFormat.Bmp, $"its palette has {colours} colours");
        return entryBytes * (colours == 0 ? 1 << bits : (int)colours);
    }

    private static (BmpPacking Packing, (int, int, int) ByteOf, int MaskBytes) ReadPacking(
        ReadOnlySpan<byte> image, int size, int bits, uint compression)
    {
        const uint none = 0, runs8 = 1, runs4 = 2, bitFields = 3;
        switch (compression, bits)
        {
            case (none, 1 or 4 or 8):
                return (BmpPacking.Indexed, default, 0);
            case (none, 16):
                return (BmpPacking.Rgb555, default, 0);
            case (none, 24 or 32):
                return (BmpPacking.Bytes, (2, 1, 0), 0);
            case (runs8 or runs4, 1 or 4 or 8):
                return (BmpPacking.RunLength, default, 0);
            case (bitFields, 16 or 24 or 32):
                return ReadMasks(image, size, bits);
            case ( > bitFields, _):
                throw Refusal.Unsupported(ImageFormat.Bmp, $"compression {compression}", "one without, or with run lengths");
            default:
                throw Refusal.Unsupported(
                    ImageFormat.Bmp, $"{bits} bits a pixel and compression {compression}", "one with 1, 4, 8, 16, 24 or 32 bits a pixel");
        }
    }

    private static (BmpPacking Packing, (int, int, int) ByteOf, int MaskBytes) ReadMasks(ReadOnlySpan<byte> image, int size, int bits)
    {
        const int masksAt = FileHeader + InfoHeader;
        var maskBytes = size == InfoHeader ? 12 : 0;
        if (image.Length < masksAt + 16)
            throw Refusal.CutOff(ImageFormat.Bmp);
        var alpha = bits == 32 && size >= 56 ? UInt32(image, masksAt + 12) : 0;
        var (red, green, blue) = (UInt32(image, masksAt), UInt32(image, masksAt + 4), UInt32(image, masksAt + 8));
        return (bits, red, green, blue, alpha) switch
        {
            (16, 0xF800, 0x7E0, 0x1F, _) => (BmpPacking.Rgb565, default, maskBytes),
            (16, 0x7C00, 0x3E0, 0x1F, _) => (BmpPacking.Rgb555, default, maskBytes),
            (24, 0xFF0000, 0xFF00, 0xFF, _) or
            (32, 0, 0, 0, 0) => (BmpPacking.Bytes, (2, 1, 0), maskBytes),
            (32, 0xFF0000, 0xFF00, 0xFF, 0 or 0xFF000000) or
            (32, 0xFF000000, 0xFF0000, 0xFF00, 0 or 0xFF) or
            (32, 0xFF000000, 0xFF00, 0xFF, 0 or 0xFF0000) or
            (32, 0xFF, 0xFF00, 0xFF0000, 0xFF000000) =>
                (BmpPacking.Bytes, (ByteOfMask(red), ByteOfMask(green), ByteOfMask(blue)), maskBytes),
            _ => throw Refusal.Unsupported(
                ImageFormat.Bmp, $"the bit fields {red:X} {green:X} {blue:X} {alpha:X}", "one with 8 bits a channel and no bit fields"),
        };
    }

    private static int ByteOfMask(uint mask) => BitOperations.TrailingZeroCount(mask) / 8;

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
}
