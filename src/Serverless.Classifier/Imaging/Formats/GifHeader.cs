using System.Buffers.Binary;

namespace Serverless.Classifier.Imaging.Formats;

/// <summary>A GIF up to the data of its first frame, read as Pillow reads it: what is no block is passed over.</summary>
internal sealed record GifHeader
{
    private const int ScreenDescriptorEnd = 13;
    private const byte Extension = (byte)'!';
    private const byte ImageDescriptor = (byte)',';
    private const byte Trailer = (byte)';';
    private const byte GraphicControl = 0xF9;

    /// <summary>Width of the canvas, which grows to hold the frame.</summary>
    public required int Width { get; init; }

    /// <summary>Height of the canvas.</summary>
    public required int Height { get; init; }

    /// <summary>Columns to the left of the first frame.</summary>
    public required int FrameLeft { get; init; }

    /// <summary>Rows above the first frame.</summary>
    public required int FrameTop { get; init; }

    /// <summary>Width of the first frame.</summary>
    public required int FrameWidth { get; init; }

    /// <summary>Height of the first frame.</summary>
    public required int FrameHeight { get; init; }

    /// <summary>Where the frame's colours lie in the file, three bytes each; empty where there are none, which means grey.</summary>
    public required Range Palette { get; init; }

    /// <summary>The index that fills the canvas beside the frame.</summary>
    public required byte Transparent { get; init; }

    /// <summary>Whether the rows come in four passes.</summary>
    public required bool Interlaced { get; init; }

    /// <summary>Bits of a pixel in the compressed data.</summary>
    public required int PixelBits { get; init; }

    /// <summary>Where the blocks of compressed data begin.</summary>
    public required int DataOffset { get; init; }

    public ImageHeader ToImageHeader() =>
        new(new ImageFacts(ImageFormat.Gif, Width, Height, [])) { WholePicture = Interlaced ? "interlaced GIF" : null };

    public static GifHeader Read(ReadOnlySpan<byte> image)
    {
        Need(image, ScreenDescriptorEnd);
        var at = ScreenDescriptorEnd;
        var palette = PassPalette(image, image[10], ref at);
        byte transparent = 0;
        while (true)
        {
            Need(image, at + 1);
            switch (image[at++])
            {
                case Extension:
                    transparent = PassExtension(image, ref at) ?? transparent;
                    break;
                case ImageDescriptor:
                    return ReadFrame(image, at, palette, transparent);
                case Trailer:
                    throw Refusal.Damaged(ImageFormat.Gif, "it holds no picture");
            }
        }
    }

    private static GifHeader ReadFrame(ReadOnlySpan<byte> image, int at, Range palette, byte transparent)
    {
        Need(image, at + 9);
        var (left, top, width, height) = (UInt16(image, at), UInt16(image, at + 2), UInt16(image, at + 4), UInt16(image, at + 6));
        if (width == 0 || height == 0)
            throw Refusal.Damaged(ImageFormat.Gif, $"its first frame has {width} x {height} pixels");
        var flags = image[at + 8];
        at += 9;
        var local = PassPalette(image, flags, ref at);
        Need(image, at + 1);
        return new GifHeader
        {
            Width = Math.Max(UInt16(image, 6), left + width),
            Height = Math.Max(UInt16(image, 8), top + height),
            FrameLeft = left,
            FrameTop = top,
            FrameWidth = width,
            FrameHeight = height,
            Palette = HasPalette(flags) ? local : palette,
            Transparent = transparent,
            Interlaced = (flags & 64) != 0,
            PixelBits = image[at],
            DataOffset = at + 1,
        };
    }

    /// <summary>Passes an extension; gives the transparent index when it says one.</summary>
    private static byte? PassExtension(ReadOnlySpan<byte> image, ref int at)
    {
        Need(image, at + 2);
        byte? transparent = null;
        if (image[at] == GraphicControl && image[at + 1] >= 4)
        {
            Need(image, at + 6);
            transparent = (image[at + 2] & 1) != 0 ? image[at + 5] : null;
        }
        for (at++; ; at += 1 + image[at])
        {
            Need(image, at + 1);
            if (image[at] == 0)
                break;
        }
        at++;
        return transparent;
    }

    private static Range PassPalette(ReadOnlySpan<byte> image, byte flags, ref int at)
    {
        var start = at;
        if (HasPalette(flags))
            at += 3 << ((flags & 7) + 1);
        Need(image, at);
        return start..at;
    }

    private static bool HasPalette(byte flags) => (flags & 128) != 0;

    private static int UInt16(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image[at..]);

    private static void Need(ReadOnlySpan<byte> image, int bytes)
    {
        if (image.Length < bytes)
            throw Refusal.CutOff(ImageFormat.Gif);
    }
}
