namespace Serverless.Classifier.Imaging.Formats;

/// <summary>Oddities that a caller should know of.</summary>
internal static class ImageWarnings
{
    /// <summary>Pillow clips such values instead of scaling them, and the answer is to be that of Keras.</summary>
    public const string SixteenBitGrey =
        "The image has one channel of 16 bits. Its values were cut off at 255, as Keras does it, so that most of the picture is probably " +
        "white; convert it to 8 bits for a meaningful answer.";

    /// <summary>The same for integers of 32 bits and floating-point numbers.</summary>
    public const string WideGrey =
        "The image has one channel of 32 bits. Its values were cut off at 0 and 255 and their fractions dropped, as Keras does it; " +
        "convert it to 8 bits for a meaningful answer.";
}
