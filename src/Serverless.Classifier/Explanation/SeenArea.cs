using Serverless.Classifier.Imaging.Resampling;

namespace Serverless.Classifier.Explanation;

/// <summary>
/// The part of a picture that a network sees, in shares of the picture's width and height. It is the whole picture (0, 0, 1, 1) where it is squashed; a crop
/// leaves some of it out; a picture that is smaller than the crop is seen with a border, so that the area goes beyond 0 or 1.
/// </summary>
/// <param name="Left">Share of the width at which it begins.</param>
/// <param name="Top">Share of the height.</param>
/// <param name="Right">Share of the width at which it ends.</param>
/// <param name="Bottom">Share of the height.</param>
public readonly record struct SeenArea(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Undoes the resizing of a picture.</summary>
    internal static SeenArea Of(ResizeWindow window) => new(
        (double)window.Left / window.ResizedWidth,
        (double)window.Top / window.ResizedHeight,
        (double)(window.Left + window.Width) / window.ResizedWidth,
        (double)(window.Top + window.Height) / window.ResizedHeight);
}
