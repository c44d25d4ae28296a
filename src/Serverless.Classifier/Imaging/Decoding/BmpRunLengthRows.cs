using System.Buffers;
using Serverless.Classifier.Imaging.Formats;

namespace Serverless.Classifier.Imaging.Decoding;

/// <summary>
/// A BMP in runs of 4 or 8 bits. Its last row comes first, so the whole picture is decoded at once. What Pillow does with odd files is
/// repeated: data that does not fill the picture is refused, and skipped pixels have index 0.
/// </summary>
internal sealed class BmpRunLengthRows : PixelRows
{
    private const byte EndOfLine = 0;
    private const byte EndOfBitmap = 1;
    private const byte Delta = 2;

    private readonly BmpHeader _bmp;
    private readonly DecodeDeadline _deadline;
    private readonly IndexedColours _colours;
    private readonly byte[] _indices;
    private int _filled;

    public BmpRunLengthRows(BmpHeader bmp, ReadOnlyMemory<byte> image, DecodeDeadline deadline) : base(bmp.Width, bmp.Height)
    {
        (_bmp, _deadline) = (bmp, deadline);
        _colours = new IndexedColours(image.Span[bmp.Palette], bmp.PaletteEntryBytes, blueFirst: true);
        _indices = ArrayPool<byte>.Shared.Rent(checked(bmp.Width * bmp.Height));
        try
        {
            Fill(image.Span, bmp.DataOffset);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override void Read(int row, Span<byte> rgb)
    {
        var fileRow = _bmp.TopDown ? row : Height - 1 - row;
        _colours.Write(_indices.AsSpan(fileRow * Width, Width), rgb);
    }

    /// <summary>All of it was decoded at once.</summary>
    public override void Finish()
    {
    }

    public override void Dispose() => ArrayPool<byte>.Shared.Return(_indices);

    private int Pixels => Width * Height;

    private void Fill(ReadOnlySpan<byte> image, int at)
    {
        var column = 0;
        for (var sinceCheck = 0; _filled < Pixels; at += 2)
        {
            if (++sinceCheck % 4096 == 1)
                _deadline.Check();
            if (at + 2 > image.Length)
                throw Refusal.CutOff(ImageFormat.Bmp);
            var (count, value) = (image[at], image[at + 1]);
            if (count > 0)
            {
                var run = Math.Min(count, Math.Max(0, Width - column)); // never beyond the row
                Repeat(value, run);
                column += run;
                continue;
            }
            switch (value)
            {
                case EndOfLine:
                    Repeat(0, (Width - _filled % Width) % Width);
                    column = 0;
                    break;
                case EndOfBitmap:
                    throw Refusal.Damaged(ImageFormat.Bmp, "its runs do not fill the picture");
                case Delta:
                    if (at + 4 > image.Length)
                        throw Refusal.CutOff(ImageFormat.Bmp);
                    Repeat(0, image[at + 2] + image[at + 3] * Width);
                    column = _filled % Width;
                    at += 2;
                    break;
                default:
                    at += CopyLiterals(image[(at + 2)..], value, oddStart: (at & 1) != 0);
                    column += value;
                    break;
            }
        }
    }

    private bool IsRle4 => _bmp.Bits == 4;

    private void Repeat(byte value, int count)
    {
        for (var pixel = 0; pixel < count && _filled < Pixels; pixel++)
            _indices[_filled++] = !IsRle4 ? value : (byte)(pixel % 2 == 0 ? value >> 4 : value & 15);
    }

    /// <summary>Takes pixels as they stand; gives the bytes that they take, padded to an even place in the file.</summary>
    private int CopyLiterals(ReadOnlySpan<byte> literals, int count, bool oddStart)
    {
        var bytes = IsRle4 ? count / 2 : count;
        if (bytes > literals.Length)
            throw Refusal.CutOff(ImageFormat.Bmp);
        foreach (var literal in literals[..bytes])
            Repeat(literal, IsRle4 ? 2 : 1);
        return bytes + ((bytes + (oddStart ? 1 : 0)) & 1);
    }
}
