using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>What holds for every format.</summary>
public sealed class DecodingTests
{
    private static readonly string[] FormatExamples =
    [
        "jpg-420-q95.jpg", "jpg-420-q85-prog.jpg", "png-rgb8.png", "gif-plain.gif", "webp-q20.webp", "tif-planar-lzw.tif", "bmp-pal8.bmp",
        "bmp-rle4.bmp",
    ];

    private readonly ImagePreprocessor _preprocessor = new(new ImageLimits());

    public static TheoryData<string> OneOfEachFormat => [.. FormatExamples];

    [Theory]
    [MemberData(nameof(OneOfEachFormat))]
    public void AnImageInTheMiddleOfALargerArrayIsReadAlone(string file)
    {
        var image = Bytes(file);
        byte[] surrounded = [.. new byte[100], .. image, .. "\xFF\xD9 and something else"u8];
        var inside = _preprocessor.Decode(surrounded.AsMemory(100, image.Length), TestContext.Current.CancellationToken);
        Assert.Equal(_preprocessor.Decode(image, TestContext.Current.CancellationToken).Rgb, inside.Rgb);
    }

    [Theory]
    [MemberData(nameof(OneOfEachFormat))]
    public void DecodingLeavesTheBytesAsTheyWere(string file)
    {
        var image = Bytes(file);
        _preprocessor.Decode(image, TestContext.Current.CancellationToken);
        Assert.Equal(Bytes(file), image);
    }

    [Fact]
    public void ImagesAreDecodedBesideEachOther()
    {
        var images = OneOfEachFormat.Select(row => Bytes(row.Data)).ToArray();
        var alone = images.Select(image => KnownTensor.Hash(_preprocessor.Decode(image, TestContext.Current.CancellationToken).Rgb)).ToArray();
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            var beside = _preprocessor.Decode(images[i % images.Length], TestContext.Current.CancellationToken);
            Assert.Equal(alone[i % images.Length], KnownTensor.Hash(beside.Rgb));
        });
    }

    /// <summary>Managed memory on this thread; the libraries' own is looked at where the hostile files are.</summary>
    [Theory]
    [InlineData("bmp")]
    [InlineData("png")]
    [InlineData("gif")]
    public void FarFewerBytesAreAllocatedThanThePictureHas(string format)
    {
        const int width = 3000, height = 2000;
        var image = format switch
        {
            "bmp" => BmpFile.Write(width, height, 24, 0, [], new byte[width * height * 3]),
            "png" => PngFile.Rgb(width, height, new byte[width * height * 3]),
            _ => new GifFile(width, height, []).Zeros(width, height).End(),
        };
        var tensor = new float[224 * 224 * 3];
        var input = new ModelInput
        {
            Width = 224,
            Height = 224,
            Channels = ChannelOrder.Rgb,
            Resize = new Resize { Mode = ResizeMode.Squash, Filter = ResizeFilter.Nearest },
        };
        var before = GC.GetAllocatedBytesForCurrentThread();
        _preprocessor.Preprocess(image, input, TensorLayout.Nchw, tensor, TestContext.Current.CancellationToken);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, width * height * 3 / 5);
    }

    /// <summary>Nearest at this size shows nothing of the last twelve rows.</summary>
    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("gif")]
    [InlineData("bmp")]
    [InlineData("tiff")]
    public void APictureThatLacksOnlyRowsWhichNobodyWantsIsStillCutOff(string format)
    {
        const int side = 200;
        var noise = new byte[side * side * 3];
        new Random(9).NextBytes(noise);
        using var picture = NetVips.Image.NewFromMemory(noise, side, side, 3, NetVips.Enums.BandFormat.Uchar);
        var image = format switch
        {
            "png" => PngFile.Rgb(side, side, noise),
            "jpeg" => picture.JpegsaveBuffer(),
            "gif" => new GifFile(side, side, []).Frame(0, 0, side, side, noise.AsSpan(0, side * side)).End(),
            "bmp" => BmpFile.Write(side, -side, 24, 0, [], noise),
            _ => TiffFile.Write(TiffFile.Picture(side, side, 3, 2, (uint)noise.Length), 0, noise),
        };
        var input = KnownTensor.All[0].Input with { Width = 8, Height = 8 };
        var refusal = Assert.Throws<ClassifierException>(() => _preprocessor.Preprocess(
            image.AsMemory(0, image.Length - 500), input, TensorLayout.Nchw, new float[192], TestContext.Current.CancellationToken));
        Assert.Equal(ErrorKind.ImageTruncated, refusal.Kind);
    }

    [Fact]
    public void ATensorOfAnotherSizeIsTheCallersMistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _preprocessor.Preprocess(
            Bytes("png-rgb8.png"), KnownTensor.All[0].Input, TensorLayout.Nchw, new float[5], TestContext.Current.CancellationToken));

    private static byte[] Bytes(string file) => File.ReadAllBytes(TestFiles.Fixture("variants", file));
}
