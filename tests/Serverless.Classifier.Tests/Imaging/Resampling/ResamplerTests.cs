using Serverless.Classifier.Imaging.Decoding;
using Serverless.Classifier.Imaging.Resampling;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Imaging.Resampling;

/// <summary>The streaming resamplers against their naive twin, on random pictures of random sizes.</summary>
public sealed class ResamplerTests
{
    private const int Cases = 150;

    public static TheoryData<ResizeFilter> Filters => [.. Enum.GetValues<ResizeFilter>()];

    [Theory]
    [MemberData(nameof(Filters))]
    public void SquashingEqualsTheNaiveTwin(ResizeFilter filter)
    {
        var random = new Random(20 + (int)filter);
        for (var i = 0; i < Cases; i++)
        {
            using var picture = ArrayRows.Random(random, random.Next(1, 80), random.Next(1, 80));
            AssertEqualsTwin(picture, filter, Input(random, filter, ResizeMode.Squash, shortSide: null));
        }
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void CroppingEqualsTheNaiveTwinWhichResizesTheWholePicture(ResizeFilter filter)
    {
        var random = new Random(40 + (int)filter);
        for (var i = 0; i < Cases; i++)
        {
            using var picture = ArrayRows.Random(random, random.Next(1, 60), random.Next(1, 60));
            AssertEqualsTwin(picture, filter, Input(random, filter, ResizeMode.ShortSideCrop, shortSide: random.Next(1, 30)));
        }
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void APictureFarHigherThanWideIsResampledVerticallyFirst(ResizeFilter filter)
    {
        using var picture = ArrayRows.Random(new Random(60 + (int)filter), 33, 700);
        AssertEqualsTwin(picture, filter, Input(new Random(1), filter, ResizeMode.Squash, shortSide: null));
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void APictureOfTheRightSizeStaysAsItIs(ResizeFilter filter)
    {
        using var picture = ArrayRows.Random(new Random(80), 23, 19);
        Assert.Equal(picture.Rgb, Resample(picture, filter, new ResizeWindow(23, 19, 0, 0, 23, 19)));
    }

    private static ModelInput Input(Random random, ResizeFilter filter, ResizeMode mode, int? shortSide) => new()
    {
        Width = random.Next(1, 40),
        Height = random.Next(1, 40),
        Channels = ChannelOrder.Rgb,
        Resize = new Resize { Mode = mode, Filter = filter, ShortSide = shortSide },
    };

    private static void AssertEqualsTwin(ArrayRows picture, ResizeFilter filter, ModelInput input)
    {
        var window = ResizeWindow.For(input, picture.Width, picture.Height);
        var expected = NaiveResampler.Resample(picture.Rgb, picture.Width, picture.Height, filter, window);
        Assert.True(
            expected.AsSpan().SequenceEqual(Resample(picture, filter, window)), $"{picture.Width} x {picture.Height}, {filter}, {window}");
    }

    private static byte[] Resample(PixelRows picture, ResizeFilter filter, ResizeWindow window)
    {
        var rgb = new byte[window.Width * window.Height * 3];
        Array.Fill(rgb, (byte)77); // what was in the buffer before must not show
        if (filter == ResizeFilter.Nearest)
            NearestResampler.Resample(picture, window, rgb);
        else
            FilterResampler.Resample(picture, filter, window, rgb);
        return rgb;
    }
}
