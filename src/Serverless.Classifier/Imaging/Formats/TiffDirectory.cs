using System.Buffers.Binary;

namespace Serverless.Classifier.Imaging.Formats;

/// <summary>Reads the entries of a TIFF's first directory, in both byte orders and both sizes of offsets.</summary>
internal readonly struct TiffDirectory
{
    private readonly bool _bigEndian;
    private readonly bool _bigTiff;
    private readonly int _entries;

    public TiffDirectory(ReadOnlySpan<byte> image)
    {
        Need(image, 8);
        _bigEndian = image[0] == 'M';
        _bigTiff = UInt(image, 2, 2) == 43;
        if (_bigTiff)
            Need(image, 16);
        var start = _bigTiff ? UInt(image, 8, 8) : UInt(image, 4, 4);
        var countBytes = _bigTiff ? 8 : 2;
        if (start == 0)
            throw Refusal.Damaged(ImageFormat.Tiff, "it has no directory");
        Need(image, start); // by itself first, so that the sum cannot overflow
        Need(image, start + (ulong)countBytes);
        EntryCount = UInt(image, (int)start, countBytes);
        _entries = (int)start + countBytes;
        Need(image, EntryCount); // likewise
        Need(image, (ulong)_entries + EntryCount * (ulong)EntryBytes);
    }

    /// <summary>How many entries there are; as many lie within the file.</summary>
    public ulong EntryCount { get; }

    private int EntryBytes => _bigTiff ? 20 : 12;

    /// <summary>What an entry is about.</summary>
    public int ReadTag(ReadOnlySpan<byte> image, int index) => (int)UInt(image, _entries + index * EntryBytes, 2);

    /// <summary>An entry's first and last value; null where they are no integers.</summary>
    public (ulong First, ulong Last)? ReadValues(ReadOnlySpan<byte> image, int index)
    {
        var at = _entries + index * EntryBytes;
        var size = UInt(image, at + 2, 2) switch { 1 or 6 => 1, 3 or 8 => 2, 4 or 9 or 13 => 4, 16 or 17 or 18 => 8, _ => 0 };
        var wide = _bigTiff ? 8 : 4;
        var count = UInt(image, at + 4, wide);
        if (size == 0 || count == 0)
            return null;
        var field = (ulong)(at + 4 + wide);
        var values = (UInt128)count * (uint)size <= (uint)wide ? field : UInt(image, (int)field, wide);
        var last = values + (UInt128)(count - 1) * (uint)size;
        if (last + (uint)size > (uint)image.Length)
            throw Refusal.CutOff(ImageFormat.Tiff);
        return (UInt(image, (int)values, size), UInt(image, (int)last, size));
    }

    private ulong UInt(ReadOnlySpan<byte> image, int at, int bytes) => (bytes, _bigEndian) switch
    {
        (1, _) => image[at],
        (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(image[at..]),
        (2, true) => BinaryPrimitives.ReadUInt16BigEndian(image[at..]),
        (4, false) => BinaryPrimitives.ReadUInt32LittleEndian(image[at..]),
        (4, true) => BinaryPrimitives.ReadUInt32BigEndian(image[at..]),
        (_, false) => BinaryPrimitives.ReadUInt64LittleEndian(image[at..]),
        (_, true) => BinaryPrimitives.ReadUInt64BigEndian(image[at..]),
    };

    private static void Need(ReadOnlySpan<byte> image, ulong bytes)
    {
        if ((ulong)image.Length < bytes)
            throw Refusal.CutOff(ImageFormat.Tiff);
    }
}
