using SixLabors.ImageSharp.PixelFormats;

namespace Serverless.Drawing.Tests;

public class HeatColoursTests
{
    private static readonly double[] Lightness = [.. Enumerable.Range(0, 256).Select(step => LightnessOf(HeatColours.Of(step / 255f)))];

    [Fact]
    public void HotterIsLighter() => Assert.All(Lightness.Zip(Lightness.Skip(1)), pair => Assert.True(pair.First <= pair.Second));

    [Fact]
    public void EqualStepsOfHeatAreAboutEqualStepsOfLightness()
    {
        var (darkest, lightest) = (Lightness[0], Lightness[^1]);

        Assert.True(lightest - darkest > 90);
        Assert.All(Lightness.Index(), step => Assert.Equal(darkest + ((lightest - darkest) * step.Index / 255), step.Item, 6.0));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(2, 1)]
    public void WhatIsOutOfRangeHasTheColourOfTheEnd(float heat, float end) => Assert.Equal(HeatColours.Of(end), HeatColours.Of(heat));

    /// <summary>CIE 1976 L* of an sRGB colour (IEC 61966-2-1, D65).</summary>
    private static double LightnessOf(Rgb24 colour)
    {
        var luminance = (0.2126 * Linear(colour.R)) + (0.7152 * Linear(colour.G)) + (0.0722 * Linear(colour.B));
        return luminance > 0.008856 ? (116 * Math.Cbrt(luminance)) - 16 : 903.3 * luminance;

        static double Linear(byte value) => value / 255.0 is var share && share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }
}
