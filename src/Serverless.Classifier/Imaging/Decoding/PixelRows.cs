using Serverless.Classifier.Imaging.Formats;

namespace Serverless.Classifier.Imaging.Decoding;

/// <summary>A picture that is decoded row by row, from the top.</summary>
internal abstract class PixelRows(int width, int height) : IDisposable
{
    /// <summary>Width in pixels.</summary>
    public int Width { get; } = width;

    /// <summary>Height in pixels.</summary>
    public int Height { get; } = height;

    /// <summary>Bytes of a row: three a pixel.</summary>
    public int RowBytes => Width * 3;

    /// <summary>Decodes one row.</summary>
    /// <param name="row">Its index; greater than that of the row before. Rows may be left out.</param>
    /// <param name="rgb">Receives <see cref="RowBytes"/> bytes.</param>
    /// <exception cref="Errors.ClassifierException">The picture is damaged or cut off, or its time is up.</exception>
    /// <exception cref="OperationCanceledException">The caller has cancelled.</exception>
    public abstract void Read(int row, Span<byte> rgb);

    /// <summary>Goes on to the end of the picture, so that a file that was cut off is noticed whichever rows were wanted.</summary>
    public abstract void Finish();

    /// <summary>Frees the decoder.</summary>
    public abstract void Dispose();

    /// <summary>Begins to decode an image whose header was read and found within the limits.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="image">The encoded image, which has to stay as it is while rows are read.</param>
    /// <param name="deadline">Looked at between rows.</param>
    /// <param name="everyRow">Whether all rows will be asked for: then several are fetched together.</param>
    public static PixelRows Open(ImageHeader header, ReadOnlyMemory<byte> image, DecodeDeadline deadline, bool everyRow)
    {
        deadline.Check();
        return header.Facts.Format switch
        {
            ImageFormat.Gif => new GifRows(image, deadline),
            ImageFormat.Bmp => BmpHeader.Read(image.Span) is { Packing: BmpPacking.RunLength } runs
                ? new BmpRunLengthRows(runs, image, deadline)
                : new BmpRows(BmpHeader.Read(image.Span), image, deadline),
            _ => new VipsRows(header, image, deadline, everyRow),
        };
    }
}
