using System.Buffers.Binary;
using Serverless.Classifier.Imaging.Formats;

namespace Serverless.Classifier.Imaging.Decoding;

/// <summary>A BMP without compression: its rows are unpacked from where they lie in the file.</summary>
internal sealed class BmpRows : PixelRows
{
    private readonly BmpHeader _bmp;
    private readonly ReadOnlyMemory<byte> _image;
    private readonly DecodeDeadline _deadline;
    private readonly IndexedColours _colours;
    private readonly byte[] _indices;

    public BmpRows(BmpHeader bmp, ReadOnlyMemory<byte> image, DecodeDeadline deadline) : base(bmp.Width, bmp.Height)
    {
        // The padding of the last row may be missing. Looked at before anything of the claimed size is allocated.
        if (bmp.DataOffset + bmp.Stride * (bmp.Height - 1L) + PackedRowBytes(bmp) > image.Length)
            throw Refusal.CutOff(ImageFormat.Bmp);
        (_bmp, _image, _deadline) = (bmp, image, deadline);
        _colours = new IndexedColours(image.Span[bmp.Palette], bmp.PaletteEntryBytes, blueFirst: true);
        _indices = bmp.Packing == BmpPacking.Indexed ? new byte[bmp.Width] : [];
    }

    public override void Read(int row, Span<byte> rgb)
    {
        _deadline.Check();
        var fileRow = _bmp.TopDown ? row : Height - 1 - row;
        var packed = _image.Span.Slice((int)(_bmp.DataOffset + _bmp.Stride * fileRow), (int)PackedRowBytes(_bmp));
        switch (_bmp.Packing)
        {
            case BmpPacking.Indexed:
                UnpackIndices(packed, _bmp.Bits, _indices);
                _colours.Write(_indices, rgb);
                break;
            case BmpPacking.Rgb555:
                Unpack16Bits(packed, greenBits: 5, rgb);
                break;
            case BmpPacking.Rgb565:
                Unpack16Bits(packed, greenBits: 6, rgb);
                break;
            default:
                UnpackBytes(packed, rgb);
                break;
        }
    }

    /// <summary>The length of the file was looked at.</summary>
    public override void Finish()
    {
    }

    /// <summary>It holds nothing but the caller's bytes.</summary>
    public override void Dispose()
    {
    }

    private static long PackedRowBytes(BmpHeader bmp) => ((long)bmp.Width * bmp.Bits + 7) / 8;

    private static void UnpackIndices(ReadOnlySpan<byte> packed, int bits, Span<byte> indices)
    {
        var mask = (1 << bits) - 1;
        for (var pixel = 0; pixel < indices.Length; pixel++)
        {
            var bit = pixel * bits;
            indices[pixel] = (byte)((packed[bit >> 3] >> (8 - bits - (bit & 7))) & mask);
        }
    }

    /// <summary>Five or six bits become eight as Pillow scales them, truncated: <c>v * 255 / 31</c>.</summary>
    private static void Unpack16Bits(ReadOnlySpan<byte> packed, int greenBits, Span<byte> rgb)
    {
        var greenMask = (1 << greenBits) - 1;
        for (var (from, to) = (0, 0); to < rgb.Length; from += 2, to += 3)
        {
            var pixel = BinaryPrimitives.ReadUInt16LittleEndian(packed[from..]);
            rgb[to] = (byte)(((pixel >> (5 + greenBits)) & 31) * 255 / 31);
            rgb[to + 1] = (byte)(((pixel >> 5) & greenMask) * 255 / greenMask);
            rgb[to + 2] = (byte)((pixel & 31) * 255 / 31);
        }
    }

    private void UnpackBytes(ReadOnlySpan<byte> packed, Span<byte> rgb)
    {
        var (red, green, blue) = _bmp.ByteOf;
        var pixelBytes = _bmp.Bits / 8;
        for (var (from, to) = (0, 0); to < rgb.Length; from += pixelBytes, to += 3)
        {
            rgb[to] = packed[from + red];
            rgb[to + 1] = packed[from + green];
            rgb[to + 2] = packed[from + blue];
        }
    }
}
