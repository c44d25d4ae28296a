namespace Serverless.Classifier.Imaging.Formats;

/// <summary>The first directory of a TIFF (or BigTIFF): TIFF 6.0, section 2.</summary>
internal sealed class TiffHeader
{
    /// <summary>More than any writer of pictures uses; a bound for what has to be in memory at a time.</summary>
    private const int MaxTilePixels = 1 << 24;
    private const int MaxSamples = 5;

    /// <summary>Strips are decoded whole: with more pixels than this they count as a picture in memory.</summary>
    private const int SmallStripPixels = 1 << 22;

    private const int MaxEntries = 4096;

    private enum Tag
    {
        Width = 256, Height = 257, BitsPerSample = 258, Compression = 259, Photometric = 262, StripOffsets = 273, Orientation = 274,
        SamplesPerPixel = 277, RowsPerStrip = 278, StripByteCounts = 279, TileWidth = 322, TileHeight = 323, TileOffsets = 324,
        TileByteCounts = 325, SampleFormat = 339,
    }

    private const int PhotometricYCbCr = 6;
    private const int PhotometricCieLab = 8;
    private const int PhotometricItuLab = 10;
    private const int CompressionOldJpeg = 6;
    private const int CompressionJpeg = 7;

    private readonly Dictionary<Tag, (ulong First, ulong Last)> _values = [];

    private TiffHeader(ReadOnlySpan<byte> image)
    {
        var directory = new TiffDirectory(image);
        if (directory.EntryCount > MaxEntries)
            throw Refusal.Damaged(ImageFormat.Tiff, $"its directory has {directory.EntryCount} entries");
        for (var entry = 0; entry < (int)directory.EntryCount; entry++)
        {
            var tag = (Tag)directory.ReadTag(image, entry);
            if (Enum.IsDefined(tag) && directory.ReadValues(image, entry) is { } values)
                _values.TryAdd(tag, values);
        }
    }

    public static ImageHeader Read(ReadOnlySpan<byte> image)
    {
        var tiff = new TiffHeader(image);
        var width = tiff.Get(Tag.Width, 0);
        var height = tiff.Get(Tag.Height, 0);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            throw Refusal.Damaged(ImageFormat.Tiff, $"its directory says {width} x {height} pixels");
        tiff.RefuseVariants();
        // Pillow turns a picture as the tag says; 5 to 8 exchange rows and columns.
        var orientation = tiff.Get(Tag.Orientation, 1);
        var (columns, rows) = orientation is >= 5 and <= 8 ? (height, width) : (width, height);
        return new ImageHeader(new ImageFacts(ImageFormat.Tiff, (int)columns, (int)rows, tiff.Warnings()))
        {
            WholePicture = orientation is >= 2 and <= 8 ? "rotated TIFF"
                : tiff.HasLargeStrips(width, height) ? "TIFF in one strip or in large ones" : null,
        };
    }

    /// <summary>Whether the last strip or tile ends within the file.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> image)
    {
        var tiff = new TiffHeader(image);
        var tiled = tiff._values.ContainsKey(Tag.TileOffsets);
        var (offsets, counts) = tiled ? (Tag.TileOffsets, Tag.TileByteCounts) : (Tag.StripOffsets, Tag.StripByteCounts);
        if (!tiff._values.TryGetValue(offsets, out var offset) || !tiff._values.TryGetValue(counts, out var count))
            return true;
        return offset.First + (UInt128)count.First <= (ulong)image.Length && offset.Last + (UInt128)count.Last <= (ulong)image.Length;
    }

    private ulong Get(Tag tag, ulong absent) => _values.TryGetValue(tag, out var value) ? value.First : absent;

    private bool HasLargeStrips(ulong width, ulong height)
    {
        var rows = Get(Tag.RowsPerStrip, uint.MaxValue);
        return !_values.ContainsKey(Tag.TileWidth) && (rows >= height || (UInt128)rows * width > SmallStripPixels);
    }

    private void RefuseVariants()
    {
        var photometric = Get(Tag.Photometric, 1);
        if (photometric is PhotometricCieLab or 9 or PhotometricItuLab)
            throw Refusal.Unsupported(ImageFormat.Tiff, "Lab colours", "one with RGB");
        if (photometric == PhotometricYCbCr && Get(Tag.Compression, 1) is not CompressionJpeg and not CompressionOldJpeg)
            throw Refusal.Unsupported(ImageFormat.Tiff, "YCbCr colours outside JPEG compression", "one with RGB");
        if (Get(Tag.SamplesPerPixel, 1) > MaxSamples)
            throw Refusal.Unsupported(ImageFormat.Tiff, $"{Get(Tag.SamplesPerPixel, 1)} samples a pixel", $"one with at most {MaxSamples}");
        if (Get(Tag.BitsPerSample, 1) > 32)
            throw Refusal.Unsupported(ImageFormat.Tiff, $"{Get(Tag.BitsPerSample, 1)} bits a sample", "one with 8");
        var (tileWidth, tileHeight) = (Get(Tag.TileWidth, 0), Get(Tag.TileHeight, 0));
        if ((UInt128)tileWidth * tileHeight > MaxTilePixels)
            throw Refusal.Unsupported(ImageFormat.Tiff, $"tiles of {tileWidth} x {tileHeight} pixels", "one with smaller tiles or in strips");
    }

    private string[] Warnings() => (Get(Tag.SamplesPerPixel, 1), Get(Tag.BitsPerSample, 1)) switch
    {
        (1, > 8 and <= 16) => [ImageWarnings.SixteenBitGrey],
        (1, > 16) => [ImageWarnings.WideGrey],
        _ => [],
    };
}
