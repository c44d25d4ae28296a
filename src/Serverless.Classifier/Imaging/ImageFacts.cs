namespace Serverless.Classifier.Imaging;

/// <summary>What is known of an image once it was read.</summary>
/// <param name="Format">By its first bytes.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Warnings">Oddities that the caller should know of, in plain sentences; empty as a rule.</param>
public sealed record ImageFacts(ImageFormat Format, int Width, int Height, IReadOnlyList<string> Warnings);

/// <summary>The formats that are decoded.</summary>
public enum ImageFormat
{
    Jpeg,
    Png,
    Gif,
    Webp,
    Tiff,
    Bmp,
}
