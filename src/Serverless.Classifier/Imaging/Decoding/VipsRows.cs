using System.Runtime.InteropServices;
using NetVips;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging.Formats;

namespace Serverless.Classifier.Imaging.Decoding;

/// <summary>JPEG, PNG, WebP and TIFF, decoded by libvips.</summary>
/// <remarks>
/// The message of a <see cref="VipsException"/> never leaves this class: libvips keeps one buffer of errors for the whole process, so it
/// may speak of another caller's image.
/// </remarks>
internal sealed class VipsRows : PixelRows
{
    /// <summary>How much is fetched at a time when every row is wanted; arrays of this size are not yet large objects.</summary>
    private const int FetchBytes = 64 << 10;

    private readonly ImageFormat _format;
    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly DecodeDeadline _deadline;
    private readonly Source _source;
    private readonly Image? _image;
    private readonly Region? _region;
    private readonly RgbConversion _conversion = null!;
    private readonly int _sourceRowBytes;
    private readonly int _rowsAtATime;
    private byte[] _fetched = [];
    private int _fetchedFrom;

    public VipsRows(ImageHeader header, ReadOnlyMemory<byte> encoded, DecodeDeadline deadline, bool everyRow)
        : base(header.Facts.Width, header.Facts.Height)
    {
        (_format, _encoded, _deadline) = (header.Facts.Format, encoded, deadline);
        _source = NewSource(encoded);
        try
        {
            _image = LibVips.Open(_source, _format);
            if (_image.Width != Width || _image.Height != Height)
                throw Refusal.Damaged(_format, $"it says {Width} x {Height} pixels and holds {_image.Width} x {_image.Height}");
            _conversion = RgbConversion.For(_format, _image);
            _sourceRowBytes = Width * _conversion.BytesPerPixel;
            _rowsAtATime = everyRow ? Math.Max(1, FetchBytes / _sourceRowBytes) : 1;
            _region = Region.New(_image);
            deadline.OnEnd(() => _image.SetKill(true));
        }
        catch (Exception exception)
        {
            Dispose();
            if (exception is VipsException)
                throw Explain(exception);
            throw;
        }
    }

    public override void Read(int row, Span<byte> rgb)
    {
        if (row < _fetchedFrom || row >= _fetchedFrom + _fetched.Length / _sourceRowBytes)
            Fetch(row);
        _conversion.Convert(_fetched.AsSpan((row - _fetchedFrom) * _sourceRowBytes, _sourceRowBytes), rgb);
    }

    public override void Finish()
    {
        if (_fetchedFrom + _fetched.Length / _sourceRowBytes < Height)
            Fetch(Height - 1);
    }

    public override void Dispose()
    {
        _deadline.Dispose(); // first: it would reach for the image
        _region?.Dispose();
        _image?.Dispose();
        _source.Dispose();
    }

    private void Fetch(int row)
    {
        _deadline.Check();
        try
        {
            _fetched = _region!.Fetch(0, row, Width, Math.Min(_rowsAtATime, Height - row));
            _fetchedFrom = row;
        }
        catch (VipsException exception)
        {
            throw Explain(exception);
        }
    }

    private ClassifierException Explain(Exception exception)
    {
        _deadline.Check(); // a decode that was interrupted is not a damaged image
        var whole = _format switch
        {
            ImageFormat.Jpeg => JpegHeader.IsWhole(_encoded.Span),
            ImageFormat.Png => PngHeader.IsWhole(_encoded.Span),
            ImageFormat.Webp => WebpHeader.IsWhole(_encoded.Span),
            _ => TiffHeader.IsWhole(_encoded.Span),
        };
        return whole ? Refusal.Damaged(_format, "its pixels cannot be decoded", exception) : Refusal.CutOff(_format, exception);
    }

    /// <summary>An array that is wholly the image is pinned and read in place; a part of one is copied into native memory.</summary>
    private static Source NewSource(ReadOnlyMemory<byte> encoded) =>
        MemoryMarshal.TryGetArray(encoded, out var array) && array.Count == array.Array!.Length
            ? Source.NewFromMemory(array.Array)
            : Source.NewFromMemory(encoded.Span);
}
