using System.Globalization;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging.Formats;

namespace Serverless.Classifier.Imaging;

/// <summary>Refuses what is larger than the limits, each with its own error.</summary>
internal static class LimitCheck
{
    /// <summary>The encoded size.</summary>
    public static void Bytes(long bytes, ImageLimits limits)
    {
        if (bytes == 0)
            throw new ClassifierException(ErrorKind.ImageEmpty, "The image has no bytes at all.");
        if (bytes > limits.MaxImageBytes)
            throw new ClassifierException(
                ErrorKind.TooManyBytes, $"The image has {Number(bytes)} bytes; at most {Number(limits.MaxImageBytes)} are taken.");
    }

    /// <summary>What the header says of width and height.</summary>
    public static void Pixels(ImageHeader header, ImageLimits limits)
    {
        var (width, height) = (header.Facts.Width, header.Facts.Height);
        if (Math.Max(width, height) > limits.MaxSide)
            throw new ClassifierException(
                ErrorKind.SideTooLong,
                $"The image is {Number(width)} x {Number(height)} pixels; neither side may be longer than {Number(limits.MaxSide)}.");
        var pixels = (long)width * height;
        var size = $"{Number(width)} x {Number(height)} = {Number(pixels)}";
        if (pixels > limits.MaxPixels)
            throw new ClassifierException(
                ErrorKind.TooManyPixels,
                $"The image has {size} pixels; at most {Number(limits.MaxPixels)} are taken.");
        if (header.WholePicture is { } reason && pixels > limits.MaxWholePicturePixels)
            throw new ClassifierException(
                ErrorKind.TooManyPixels,
                $"The image has {size} pixels; of {reason}, which has to be in memory whole, at most " +
                $"{Number(limits.MaxWholePicturePixels)} are taken.");
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
