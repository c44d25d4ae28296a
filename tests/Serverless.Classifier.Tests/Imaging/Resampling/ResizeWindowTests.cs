using Serverless.Classifier.Imaging.Resampling;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Imaging.Resampling;

/// <summary>Sizes and offsets of torchvision's <c>Resize</c> and <c>CenterCrop</c>, worked out by hand from its documentation.</summary>
public sealed class ResizeWindowTests
{
    [Theory]
    [InlineData(451, 300, 384, 256)] // 256 * 451 / 300 = 384.85
    [InlineData(300, 451, 256, 384)]
    [InlineData(640, 640, 256, 256)]
    [InlineData(100, 200, 256, 512)]
    [InlineData(16_384, 1, 4_194_304, 256)]
    public void TheShortSideGetsItsLengthAndTheLongSideIsTruncated(int width, int height, int resizedWidth, int resizedHeight)
    {
        var window = ResizeWindow.For(Crop(224, 256), width, height);
        Assert.Equal((resizedWidth, resizedHeight), (window.ResizedWidth, window.ResizedHeight));
    }

    [Theory]
    [InlineData(256, 224, 16)]
    [InlineData(257, 224, 16)] // 16.5 to the even 16
    [InlineData(259, 224, 18)] // 17.5 to the even 18
    public void TheOffsetIsRoundedHalfToEven(int shortSide, int size, int offset)
    {
        var window = ResizeWindow.For(Crop(size, shortSide), 500, 500);
        Assert.Equal((offset, offset), (window.Left, window.Top));
    }

    [Theory]
    [InlineData(200, 12, 200)]
    [InlineData(223, 0, 223)] // the border is one column, on the right
    public void APictureSmallerThanTheCropIsPaddedAround(int shortSide, int first, int count)
    {
        var window = ResizeWindow.For(Crop(224, shortSide), 500, 500);
        Assert.Equal((first, count), window.Columns);
    }

    [Fact]
    public void SquashingTakesTheWholePictureWhateverItsShape()
    {
        var input = Crop(224, 256) with { Resize = new Resize { Mode = ResizeMode.Squash, Filter = ResizeFilter.Nearest } };
        Assert.Equal(new ResizeWindow(224, 224, 0, 0, 224, 224), ResizeWindow.For(input, 4000, 17));
    }

    private static ModelInput Crop(int size, int shortSide) => new()
    {
        Width = size,
        Height = size,
        Channels = ChannelOrder.Rgb,
        Resize = new Resize { Mode = ResizeMode.ShortSideCrop, Filter = ResizeFilter.Bilinear, ShortSide = shortSide },
    };
}
