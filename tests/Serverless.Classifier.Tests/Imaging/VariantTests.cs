using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>One small picture for each variant of each format, with what Pillow made of it.</summary>
public sealed class VariantTests
{
    private readonly ImagePreprocessor _preprocessor = new(new ImageLimits());

    private sealed record Variant(string File, int Width, int Height, string? Rgb);

    private static readonly Dictionary<string, Variant> Variants = File.ReadLines(TestFiles.Fixture("variants", "pillow.tsv")).Skip(1)
        .Select(line => line.Split('\t'))
        .Select(row => row[4].StartsWith("refused", StringComparison.Ordinal)
            ? new Variant(row[0], 0, 0, null)
            : new Variant(row[0], int.Parse(row[2], null), int.Parse(row[3], null), row[4]))
        .ToDictionary(variant => variant.File);

    /// <summary>What Pillow opens and we refuse, since libvips would give other colours.</summary>
    private static readonly string[] Differences = ["tif-LAB-raw.tif", "tif-YCbCr-tiff_lzw.tif"];

    private static readonly Dictionary<string, ImageFormat> Formats = new()
    {
        [".jpg"] = ImageFormat.Jpeg,
        [".png"] = ImageFormat.Png,
        [".gif"] = ImageFormat.Gif,
        [".webp"] = ImageFormat.Webp,
        [".tif"] = ImageFormat.Tiff,
        [".bmp"] = ImageFormat.Bmp,
    };

    public static TheoryData<string> Decoded =>
        [.. Variants.Values.Where(variant => variant.Rgb is not null).Select(variant => variant.File).Except(Differences)];

    public static TheoryData<string> RefusedByNameOfTheVariant => [.. Differences];

    public static TheoryData<string> Refused => [.. Variants.Values.Where(variant => variant.Rgb is null).Select(variant => variant.File)];

    [Theory]
    [MemberData(nameof(Decoded))]
    public void EveryPictureThatPillowOpensHasItsPixels(string file)
    {
        var known = Variants[file];
        var (facts, rgb) = _preprocessor.Decode(Bytes(file), TestContext.Current.CancellationToken);
        Assert.Equal((known.Width, known.Height, known.Rgb), (facts.Width, facts.Height, KnownTensor.Hash(rgb)));
    }

    /// <summary>All but one of them were cut off.</summary>
    [Theory]
    [MemberData(nameof(Refused))]
    public void EveryPictureThatPillowRefusesIsRefusedForTheSameReason(string file)
    {
        var refusal = Assert.Throws<ClassifierException>(() => _preprocessor.Decode(Bytes(file), TestContext.Current.CancellationToken));
        Assert.Equal(file == "bmp-rle8-delta.bmp" ? ErrorKind.ImageUndecodable : ErrorKind.ImageTruncated, refusal.Kind);
    }

    [Theory]
    [MemberData(nameof(Decoded))]
    public void TheHeaderAloneSaysWhatTheDecodedPictureIs(string file)
    {
        var known = Variants[file];
        var facts = _preprocessor.Inspect(Bytes(file));
        Assert.Equal((Formats[Path.GetExtension(file)], known.Width, known.Height), (facts.Format, facts.Width, facts.Height));
    }

    [Theory]
    [InlineData("png-gray16.png", "16 bits")]
    [InlineData("tif-I16-raw.tif", "16 bits")]
    [InlineData("tif-I-raw.tif", "32 bits")]
    [InlineData("tif-F-raw.tif", "32 bits")]
    public void GreyOfMoreThanEightBitsIsWarnedOf(string file, string words) =>
        Assert.Contains(words, Assert.Single(_preprocessor.Inspect(Bytes(file)).Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData("png-gray8.png")]
    [InlineData("png-rgb16-adam7.png")]
    [InlineData("tif-rgba16.tif")]
    [InlineData("jpg-gray-src.jpg")]
    public void OtherPicturesComeWithoutWarnings(string file) => Assert.Empty(_preprocessor.Inspect(Bytes(file)).Warnings);

    [Theory]
    [MemberData(nameof(RefusedByNameOfTheVariant))]
    public void ColoursThatWouldComeOutWrongAreRefusedByName(string file)
    {
        var refusal = Assert.Throws<ClassifierException>(() => _preprocessor.Inspect(Bytes(file)));
        Assert.Equal(ErrorKind.UnsupportedFormat, refusal.Kind);
    }

    private static byte[] Bytes(string file) => File.ReadAllBytes(TestFiles.Fixture("variants", file));
}
