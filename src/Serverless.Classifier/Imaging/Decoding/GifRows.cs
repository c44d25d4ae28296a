using System.Buffers;
using Serverless.Classifier.Imaging.Formats;

namespace Serverless.Classifier.Imaging.Decoding;

/// <summary>
/// The first frame of a GIF as Pillow shows it: transparent pixels have their palette's colour, what lies beside the frame has the
/// transparent index's colour (or the first), the background colour is ignored.
/// </summary>
internal sealed class GifRows : PixelRows
{
    /// <summary>First row and distance of the rows of each pass: GIF89a specification, appendix E.</summary>
    private static readonly (int First, int Step)[] Passes = [(0, 8), (4, 8), (2, 4), (1, 2)];

    private readonly GifHeader _gif;
    private readonly DecodeDeadline _deadline;
    private readonly GifLzw _pixels;
    private readonly IndexedColours _colours;
    private readonly byte[] _canvasRow;
    private readonly byte[]? _interlaced;
    private int _frameRowsRead;

    public GifRows(ReadOnlyMemory<byte> image, DecodeDeadline deadline) : this(GifHeader.Read(image.Span), image, deadline) { }

    private GifRows(GifHeader gif, ReadOnlyMemory<byte> image, DecodeDeadline deadline) : base(gif.Width, gif.Height)
    {
        (_gif, _deadline) = (gif, deadline);
        _colours = new IndexedColours(image.Span[gif.Palette], 3, blueFirst: false);
        _pixels = new GifLzw(image, gif.DataOffset, gif.PixelBits);
        _canvasRow = new byte[gif.Width];
        if (gif.Interlaced)
            _interlaced = ReadInterlaced();
    }

    public override void Read(int row, Span<byte> rgb)
    {
        _canvasRow.AsSpan().Fill(_gif.Transparent);
        var frameRow = row - _gif.FrameTop;
        if (frameRow >= 0 && frameRow < _gif.FrameHeight)
            ReadFrameRow(frameRow);
        _colours.Write(_canvasRow, rgb);
    }

    public override void Finish()
    {
        if (_frameRowsRead < _gif.FrameHeight)
            ReadFrameRow(_gif.FrameHeight - 1);
    }

    public override void Dispose()
    {
        if (_interlaced is not null)
            ArrayPool<byte>.Shared.Return(_interlaced);
    }

    /// <summary>Leaves a row of the frame in its place in the canvas' row; rows that nobody wanted are decoded on the way.</summary>
    private void ReadFrameRow(int row)
    {
        var pixels = _canvasRow.AsSpan(_gif.FrameLeft, _gif.FrameWidth);
        if (_interlaced is not null)
        {
            _interlaced.AsSpan(row * _gif.FrameWidth, _gif.FrameWidth).CopyTo(pixels);
            return;
        }
        for (; _frameRowsRead <= row; _frameRowsRead++)
        {
            _deadline.Check();
            _pixels.Read(pixels);
        }
    }

    private byte[] ReadInterlaced()
    {
        var frame = ArrayPool<byte>.Shared.Rent(checked(_gif.FrameWidth * _gif.FrameHeight));
        try
        {
            foreach (var (first, step) in Passes)
            {
                for (var row = first; row < _gif.FrameHeight; row += step)
                {
                    _deadline.Check();
                    _pixels.Read(frame.AsSpan(row * _gif.FrameWidth, _gif.FrameWidth));
                }
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(frame);
            throw;
        }
        _frameRowsRead = _gif.FrameHeight;
        return frame;
    }
}
