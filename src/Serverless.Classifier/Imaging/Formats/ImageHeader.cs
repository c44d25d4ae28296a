using Serverless.Classifier.Errors;

namespace Serverless.Classifier.Imaging.Formats;

/// <summary>What an image says of itself before anything of it is decoded.</summary>
/// <param name="Facts">Format, width and height as Pillow reports them once the image is loaded.</param>
internal sealed record ImageHeader(ImageFacts Facts)
{
    /// <summary>The kind of image when it can only be decoded whole; null when its rows can be had one after another.</summary>
    public string? WholePicture { get; init; }

    /// <summary>Reads the header of an image whose format is known.</summary>
    /// <exception cref="ClassifierException">The header is damaged, cut off, or of a variant that is not decoded.</exception>
    public static ImageHeader Read(ImageFormat format, ReadOnlySpan<byte> image)
    {
        var header = format switch
        {
            ImageFormat.Jpeg => JpegHeader.Read(image),
            ImageFormat.Png => PngHeader.Read(image),
            ImageFormat.Gif => GifHeader.Read(image).ToImageHeader(),
            ImageFormat.Webp => WebpHeader.Read(image),
            ImageFormat.Tiff => TiffHeader.Read(image),
            _ => BmpHeader.Read(image).ToImageHeader(),
        };
        if (header.Facts.Width <= 0 || header.Facts.Height <= 0)
            throw Refusal.Damaged(format, $"its header says {header.Facts.Width} x {header.Facts.Height} pixels");
        return header;
    }
}
