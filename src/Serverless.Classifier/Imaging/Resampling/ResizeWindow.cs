using Serverless.Classifier.Models;

namespace Serverless.Classifier.Imaging.Resampling;

/// <summary>The part of a resized picture that the network sees.</summary>
/// <param name="ResizedWidth">Width of the whole resized picture, of which no more than the window is computed.</param>
/// <param name="ResizedHeight">Its height.</param>
/// <param name="Left">First column of the window in the resized picture; negative where the window is wider and has a black border.</param>
/// <param name="Top">First row.</param>
/// <param name="Width">Columns of the window.</param>
/// <param name="Height">Rows of the window.</param>
internal readonly record struct ResizeWindow(int ResizedWidth, int ResizedHeight, int Left, int Top, int Width, int Height)
{
    /// <summary>Plans the resizing of an image.</summary>
    public static ResizeWindow For(ModelInput input, int width, int height)
    {
        if (input.Resize.Mode == ResizeMode.Squash)
            return new ResizeWindow(input.Width, input.Height, 0, 0, input.Width, input.Height);
        var shortSide = input.Resize.ShortSide ?? throw new ArgumentException("a resize by the short side says its length", nameof(input));
        var (resizedWidth, resizedHeight) = width <= height
            ? (shortSide, LongSide(shortSide, height, width))
            : (LongSide(shortSide, width, height), shortSide);
        return new ResizeWindow(
            resizedWidth, resizedHeight, Offset(resizedWidth, input.Width), Offset(resizedHeight, input.Height), input.Width, input.Height);
    }

    /// <summary>torchvision's <c>Resize</c> truncates it to an integer.</summary>
    private static int LongSide(int shortSide, int longer, int shorter) => (int)((double)((long)shortSide * longer) / shorter);

    /// <summary>
    /// torchvision's <c>CenterCrop</c> rounds the offset half to even; where the picture is smaller it pads with black, the smaller half
    /// first.
    /// </summary>
    private static int Offset(int resized, int window) =>
        resized >= window ? (int)Math.Round((resized - window) / 2.0, MidpointRounding.ToEven) : -((window - resized) / 2);

    /// <summary>Columns of the window that the resized picture covers: the first, counted in the window, and how many.</summary>
    public (int First, int Count) Columns => Covered(Left, Width, ResizedWidth);

    /// <summary>Rows of the window that the resized picture covers.</summary>
    public (int First, int Count) Rows => Covered(Top, Height, ResizedHeight);

    private static (int First, int Count) Covered(int offset, int window, int resized)
    {
        var first = Math.Max(0, -offset);
        return (first, Math.Min(window, resized - offset) - first);
    }
}
