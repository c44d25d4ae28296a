using System.Buffers;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>Writes GIF files: of any pixels, and of many zeros in few bytes.</summary>
internal sealed class GifFile
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public GifFile(int width, int height, ReadOnlySpan<byte> palette)
    {
        Put("GIF89a"u8);
        Write16(width);
        Write16(height);
        Put([(byte)(palette.IsEmpty ? 0 : 0x80 | PaletteBits(palette)), 0, 0]);
        Put(palette);
    }

    /// <summary>Says which index is transparent in the frame that follows.</summary>
    public GifFile Transparent(byte index)
    {
        Put([0x21, 0xF9, 4, 1, 0, 0, index, 0]);
        return this;
    }

    /// <summary>A frame of 8-bit indices, compressed with a dictionary of strings.</summary>
    /// <param name="left">Columns to its left.</param>
    /// <param name="top">Rows above it.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="indices">Its pixels in the order in which they are stored.</param>
    /// <param name="interlaced">What the header says of that order.</param>
    /// <param name="clearWhenFull">Whether the table begins anew once it is full, or stays as it is.</param>
    public GifFile Frame(int left, int top, int width, int height, ReadOnlySpan<byte> indices, bool interlaced = false, bool clearWhenFull = true)
    {
        FrameHeader(left, top, width, height, interlaced);
        var codes = new BitWriter();
        Dictionary<(int Prefix, byte Pixel), int> table = [];
        var (next, bits, current) = (258, 9, -1);
        codes.Write(256, bits);
        foreach (var pixel in indices)
        {
            if (current < 0)
            {
                current = pixel;
            }
            else if (table.TryGetValue((current, pixel), out var known))
            {
                current = known;
            }
            else
            {
                codes.Write(current, bits);
                if (next < 4096)
                {
                    if (next == 1 << bits)
                        bits++;
                    table[(current, pixel)] = next++;
                }
                else if (clearWhenFull)
                {
                    codes.Write(256, bits);
                    table.Clear();
                    (next, bits) = (258, 9);
                }
                current = pixel;
            }
        }
        codes.Write(current, bits);
        if (next == 1 << bits && bits < 12)
            bits++; // the reader has just added its last string
        codes.Write(257, bits);
        Blocks(codes.ToArray());
        return this;
    }

    /// <summary>A frame of zeros, in strings that get one pixel longer each, as long as the table has room.</summary>
    public GifFile Zeros(int width, int height)
    {
        FrameHeader(0, 0, width, height, interlaced: false);
        var codes = new BitWriter();
        var left = (long)width * height;
        while (left > 0)
        {
            var (next, bits) = (258, 9);
            codes.Write(256, bits);
            codes.Write(0, bits);
            left--;
            for (var length = 2; length <= 4096 - 257 && left > 0; length++)
            {
                codes.Write(next, bits);
                left -= length;
                next++;
                if (next == (1 << bits) && bits < 12)
                    bits++;
            }
            if (left > 0)
                codes.Write(256, bits);
        }
        Blocks(codes.ToArray());
        return this;
    }

    /// <summary>The file with its trailer.</summary>
    public byte[] End()
    {
        Put([0x3B]);
        return _bytes.WrittenSpan.ToArray();
    }

    private void FrameHeader(int left, int top, int width, int height, bool interlaced)
    {
        Put([0x2C]);
        Write16(left);
        Write16(top);
        Write16(width);
        Write16(height);
        Put([(byte)(interlaced ? 0x40 : 0)]);
        Put([8]);
    }

    private void Blocks(ReadOnlySpan<byte> content)
    {
        for (; !content.IsEmpty; content = content[Math.Min(255, content.Length)..])
        {
            Put([(byte)Math.Min(255, content.Length)]);
            Put(content[..Math.Min(255, content.Length)]);
        }
        Put([0]);
    }

    private void Put(params ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    private static int PaletteBits(ReadOnlySpan<byte> palette) => System.Numerics.BitOperations.Log2((uint)palette.Length / 3) - 1;

    private void Write16(int value) => Put([(byte)value, (byte)(value >> 8)]);

    private sealed class BitWriter
    {
        private readonly List<byte> _codes = [];
        private uint _bits;
        private int _count;

        public void Write(int code, int width)
        {
            _bits |= (uint)code << _count;
            for (_count += width; _count >= 8; _count -= 8, _bits >>= 8)
                _codes.Add((byte)_bits);
        }

        public byte[] ToArray() => _count > 0 ? [.. _codes, (byte)_bits] : [.. _codes];
    }
}
