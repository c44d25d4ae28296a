using Serverless.Classifier.Errors;

namespace Serverless.Classifier.Imaging.Formats;

/// <summary>The ways in which an image of a known format is refused.</summary>
internal static class Refusal
{
    /// <summary>The formats that are decoded, for messages.</summary>
    public const string Accepted = "JPEG, PNG, GIF, WebP, TIFF or BMP";

    /// <summary>The file ends before its picture does.</summary>
    public static ClassifierException CutOff(ImageFormat format, Exception? cause = null) =>
        new(ErrorKind.ImageTruncated, $"The {Name(format)} ends before its picture does; send the whole file.", cause);

    /// <summary>The file is whole and yet cannot be read.</summary>
    /// <param name="format">Its format.</param>
    /// <param name="what">What is wrong with it, to go on after a colon.</param>
    /// <param name="cause">What a library threw.</param>
    public static ClassifierException Damaged(ImageFormat format, string what, Exception? cause = null) =>
        new(ErrorKind.ImageUndecodable, $"The {Name(format)} is damaged: {what}.", cause);

    /// <summary>A variant of the format that is not decoded.</summary>
    /// <param name="format">Its format.</param>
    /// <param name="variant">What it holds, to go on after "with".</param>
    /// <param name="instead">What would be right.</param>
    public static ClassifierException Unsupported(ImageFormat format, string variant, string instead) =>
        new(ErrorKind.UnsupportedFormat, $"{Name(format)} with {variant} is not supported; send {instead}.");

    /// <summary>The format's name as its users write it.</summary>
    public static string Name(ImageFormat format) => format switch
    {
        ImageFormat.Webp => "WebP",
        _ => format.ToString().ToUpperInvariant(),
    };
}
