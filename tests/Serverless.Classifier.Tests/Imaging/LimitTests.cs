using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>Each limit with a picture just within and one just beyond it.</summary>
public sealed class LimitTests
{
    private static readonly ModelInput Input = new()
    {
        Width = 8,
        Height = 8,
        Channels = ChannelOrder.Rgb,
        Resize = new Resize { Mode = ResizeMode.Squash, Filter = ResizeFilter.Nearest },
    };

    private static readonly byte[] Picture = PngFile.Rgb(60, 50, new byte[60 * 50 * 3]);

    [Fact]
    public void AnEmptyImageIsRefused() => Assert.Equal(ErrorKind.ImageEmpty, RefusalOf([], new ImageLimits()).Kind);

    [Fact]
    public void AsManyBytesAsTheLimitAreTaken() => Take(Picture, new ImageLimits { MaxImageBytes = Picture.Length });

    [Fact]
    public void OneByteMoreIsRefused()
    {
        var refusal = RefusalOf(Picture, new ImageLimits { MaxImageBytes = Picture.Length - 1 });
        Assert.Equal(ErrorKind.TooManyBytes, refusal.Kind);
    }

    [Fact]
    public void AsManyPixelsAsTheLimitAreTaken() => Take(Picture, new ImageLimits { MaxPixels = 60 * 50 });

    [Fact]
    public void OnePixelMoreIsRefused()
    {
        var refusal = RefusalOf(Picture, new ImageLimits { MaxPixels = 60 * 50 - 1 });
        Assert.Equal(ErrorKind.TooManyPixels, refusal.Kind);
        Assert.Contains("60 x 50 = 3,000", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASideAsLongAsTheLimitIsTaken() => Take(Picture, new ImageLimits { MaxSide = 60 });

    [Theory]
    [InlineData(60, 50)]
    [InlineData(50, 60)]
    public void ALongerSideIsRefused(int width, int height)
    {
        var refusal = RefusalOf(PngFile.Rgb(width, height, new byte[width * height * 3]), new ImageLimits { MaxSide = 59 });
        Assert.Equal(ErrorKind.SideTooLong, refusal.Kind);
    }

    public static TheoryData<string> WholePictures =>
    [
        "jpg-420-q85-prog.jpg", "png-rgb8-adam7.png", "webp-q20.webp", "gif-interlace.gif", "bmp-rle4.bmp", "tif-orient3.tif", "tif-RGB-raw.tif",
    ];

    [Theory]
    [MemberData(nameof(WholePictures))]
    public void AsManyPixelsAsMayBeInMemoryWholeAreTaken(string file)
    {
        var (image, pixels) = Variant(file);
        Take(image, new ImageLimits { MaxWholePicturePixels = pixels });
    }

    [Theory]
    [MemberData(nameof(WholePictures))]
    public void OnePixelMoreThanMayBeInMemoryWholeIsRefused(string file)
    {
        var (image, pixels) = Variant(file);
        var refusal = RefusalOf(image, new ImageLimits { MaxWholePicturePixels = pixels - 1 });
        Assert.Equal(ErrorKind.TooManyPixels, refusal.Kind);
        Assert.Contains("in memory whole", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jpg-420-q95.jpg")]
    [InlineData("png-rgb8.png")]
    [InlineData("gif-anim.gif")]
    [InlineData("bmp-rgb24.bmp")]
    [InlineData("tif-rows1.tif")]
    [InlineData("tif-tiled.tif")]
    public void WhatIsDecodedRowByRowMayHaveMore(string file) => Take(Variant(file).Image, new ImageLimits { MaxWholePicturePixels = 1 });

    /// <summary>Files that end behind their headers: only a look at the header can find that they are too large.</summary>
    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("gif")]
    [InlineData("bmp")]
    [InlineData("tiff")]
    public void TooManyPixelsAreRefusedBeforeAnythingIsDecoded(string format)
    {
        var header = format switch
        {
            "png" => new PngFile(9000, 9000).ToArray(),
            "jpeg" => JpegFile.HeaderOnly(9000, 9000),
            "gif" => new GifFile(9000, 9000, []).Frame(0, 0, 1, 1, [0]).End(),
            "bmp" => BmpFile.Write(9000, 9000, 24, 0, [], []),
            _ => TiffFile.Write(TiffFile.Picture(9000, 9000, 3, 2, 9000 * 9000 * 3), 0, []),
        };
        Assert.Equal(ErrorKind.TooManyPixels, RefusalOf(header, new ImageLimits()).Kind);
    }

    private static void Take(byte[] image, ImageLimits limits)
    {
        var facts = new ImagePreprocessor(limits).Preprocess(image, Input, TensorLayout.Nchw, new float[192], TestContext.Current.CancellationToken);
        Assert.Equal(facts.Width, new ImagePreprocessor(limits).Inspect(image).Width);
    }

    private static ClassifierException RefusalOf(byte[] image, ImageLimits limits) =>
        Assert.Throws<ClassifierException>(() => new ImagePreprocessor(limits).Inspect(image));

    private static (byte[] Image, long Pixels) Variant(string file)
    {
        var image = File.ReadAllBytes(TestFiles.Fixture("variants", file));
        var facts = new ImagePreprocessor(new ImageLimits()).Inspect(image);
        return (image, (long)facts.Width * facts.Height);
    }
}
