using Serverless.Classifier.Imaging.Formats;

namespace Serverless.Classifier.Imaging.Decoding;

/// <summary>
/// The compressed data of a GIF frame (GIF89a specification, appendix F), as much of it as is asked for. Refuses and accepts what
/// Pillow's decoder does: a block is used only when all of it is there.
/// </summary>
internal sealed class GifLzw
{
    private const int MaxCodeBits = 12;
    private const int TableSize = 1 << MaxCodeBits;

    private readonly ReadOnlyMemory<byte> _image;
    private readonly int _pixelBits;
    private readonly ushort[] _prefix = new ushort[TableSize];
    private readonly byte[] _suffix = new byte[TableSize];

    /// <summary>The pixels of the last code that are still to be handed out, at the array's end.</summary>
    private readonly byte[] _string = new byte[TableSize + 1];
    private int _stringAt = TableSize + 1;

    private int _at;
    private int _blockEnd;
    private uint _bits;
    private int _bitCount;
    private int _codeBits;
    private int _next;
    private int _lastCode = -1;
    private byte _lastPixel;

    public GifLzw(ReadOnlyMemory<byte> image, int dataOffset, int pixelBits)
    {
        if (pixelBits > MaxCodeBits)
            throw Refusal.Damaged(ImageFormat.Gif, $"its pixels have {pixelBits} bits");
        (_image, _at, _blockEnd, _pixelBits) = (image, dataOffset, dataOffset, pixelBits);
        Clear();
    }

    private int ClearCode => 1 << _pixelBits;

    /// <summary>Decodes exactly as many palette indices.</summary>
    public void Read(Span<byte> indices)
    {
        var data = _image.Span;
        for (var filled = 0; filled < indices.Length;)
        {
            if (_stringAt == _string.Length)
                ReadString(data);
            var pixels = _string.AsSpan(_stringAt, Math.Min(_string.Length - _stringAt, indices.Length - filled));
            pixels.CopyTo(indices[filled..]);
            filled += pixels.Length;
            _stringAt += pixels.Length;
        }
    }

    private void Clear()
    {
        _codeBits = _pixelBits + 1;
        _next = ClearCode + 2;
        _lastCode = -1;
    }

    private void ReadString(ReadOnlySpan<byte> data)
    {
        var code = ReadCode(data);
        while (code == ClearCode)
        {
            Clear();
            code = ReadCode(data);
        }
        if (code == ClearCode + 1)
            throw Refusal.Damaged(ImageFormat.Gif, "its picture ends early");
        if (code > (_lastCode < 0 ? ClearCode : _next))
            throw Refusal.Damaged(ImageFormat.Gif, "its compressed data holds an unknown code");
        Unfold(code);
        if (_lastCode >= 0)
            Extend();
        _lastCode = code;
    }

    /// <summary>Follows a code's prefixes, from the string's last pixel to its first.</summary>
    private void Unfold(int code)
    {
        if (code == _next && _lastCode >= 0)
        {
            // Not in the table yet: the string before and its own first pixel again.
            _string[--_stringAt] = _lastPixel;
            code = _lastCode;
        }
        for (; code > ClearCode; code = _prefix[code])
        {
            if (_stringAt <= 1)
                throw Refusal.Damaged(ImageFormat.Gif, "its compressed data runs in a circle");
            _string[--_stringAt] = _suffix[code];
        }
        _string[--_stringAt] = _lastPixel = (byte)code;
    }

    private void Extend()
    {
        if (_next >= TableSize) // with pixels of 12 bits from the start
            return;
        _prefix[_next] = (ushort)_lastCode;
        _suffix[_next] = _lastPixel;
        _next++;
        if (_next == 1 << _codeBits && _codeBits < MaxCodeBits)
            _codeBits++;
    }

    private int ReadCode(ReadOnlySpan<byte> data)
    {
        while (_bitCount < _codeBits)
        {
            if (_at == _blockEnd)
                EnterBlock(data);
            _bits |= (uint)data[_at++] << _bitCount;
            _bitCount += 8;
        }
        var code = (int)(_bits & ((1u << _codeBits) - 1));
        _bits >>= _codeBits;
        _bitCount -= _codeBits;
        return code;
    }

    private void EnterBlock(ReadOnlySpan<byte> data)
    {
        if (_at >= data.Length || _at + 1 + data[_at] > data.Length)
            throw Refusal.CutOff(ImageFormat.Gif);
        if (data[_at] == 0)
            throw Refusal.Damaged(ImageFormat.Gif, "its picture ends early");
        _blockEnd = _at + 1 + data[_at];
        _at++;
    }
}
