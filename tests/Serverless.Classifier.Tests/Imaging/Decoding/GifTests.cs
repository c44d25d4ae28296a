using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;

namespace Serverless.Classifier.Tests.Imaging.Decoding;

/// <summary>GIF against pictures whose pixels are known, since the tests compressed them.</summary>
public sealed class GifTests
{
    private readonly ImagePreprocessor _preprocessor = new(new ImageLimits());

    [Fact]
    public void PicturesOfEveryKindOfRepetitionComeBackAsTheyWere()
    {
        var random = new Random(3);
        var palette = Bytes(random, 768);
        for (var i = 0; i < 60; i++)
        {
            var (width, height) = (random.Next(1, 200), random.Next(1, 200));
            var colours = 1 << random.Next(0, 9); // few colours make long strings
            var indices = new byte[width * height];
            foreach (ref var index in indices.AsSpan())
                index = (byte)random.Next(colours);
            var gif = new GifFile(width, height, palette).Frame(0, 0, width, height, indices, clearWhenFull: i % 2 == 0).End();
            Assert.True(Coloured(indices, palette).AsSpan().SequenceEqual(Decode(gif)), $"picture {i}: {width} x {height}, {colours} colours");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(100)]
    public void InterlacedRowsComeInTheirOrder(int height)
    {
        const int width = 7;
        var palette = Bytes(new Random(4), 768);
        var indices = Bytes(new Random(5), width * height);
        int[] order = [.. Pass(0, 8), .. Pass(4, 8), .. Pass(2, 4), .. Pass(1, 2)];
        byte[] stored = [.. order.SelectMany(row => indices[(row * width)..((row + 1) * width)])];
        var gif = new GifFile(width, height, palette).Frame(0, 0, width, height, stored, interlaced: true).End();
        Assert.Equal(Coloured(indices, palette), Decode(gif));

        IEnumerable<int> Pass(int first, int step) => Enumerable.Range(0, height).Where(row => row % step == first);
    }

    [Fact]
    public void BesideTheFrameTheTransparentColourShows()
    {
        byte[] palette = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        var gif = new GifFile(3, 1, palette).Transparent(2).Frame(1, 0, 1, 1, [3]).End();
        Assert.Equal([7, 8, 9, 10, 11, 12, 7, 8, 9], Decode(gif));
    }

    [Fact]
    public void WithoutATransparentColourTheFirstOneShows()
    {
        byte[] palette = [1, 2, 3, 4, 5, 6];
        var gif = new GifFile(2, 1, palette).Frame(1, 0, 1, 1, [1]).End();
        Assert.Equal([1, 2, 3, 4, 5, 6], Decode(gif));
    }

    [Fact]
    public void WithoutAPaletteAnIndexIsAGreyLevel() =>
        Assert.Equal([9, 9, 9, 200, 200, 200], Decode(new GifFile(2, 1, []).Frame(0, 0, 2, 1, [9, 200]).End()));

    [Fact]
    public void TheCanvasGrowsToHoldTheFrame()
    {
        var gif = new GifFile(2, 2, []).Frame(3, 4, 5, 6, new byte[30]).End();
        var facts = _preprocessor.Inspect(gif);
        Assert.Equal((8, 10), (facts.Width, facts.Height));
    }

    [Fact]
    public void OnlyTheFirstFrameIsShown() =>
        Assert.Equal([1, 1, 1], Decode(new GifFile(1, 1, []).Frame(0, 0, 1, 1, [1]).Frame(0, 0, 1, 1, [2]).End()));

    [Fact]
    public void AFileThatEndsWithinTheFrameIsCutOff()
    {
        var gif = new GifFile(50, 50, []).Frame(0, 0, 50, 50, Bytes(new Random(6), 2500)).End();
        Assert.Equal(ErrorKind.ImageTruncated, Assert.Throws<ClassifierException>(() => Decode(gif[..^100])).Kind);
    }

    [Fact]
    public void AFrameWithFewerPixelsThanItsSizeIsDamaged()
    {
        var gif = new GifFile(50, 50, []).Frame(0, 0, 50, 50, new byte[2499]).End();
        Assert.Equal(ErrorKind.ImageUndecodable, Assert.Throws<ClassifierException>(() => Decode(gif)).Kind);
    }

    /// <summary>The format knows 2 to 8 bits; a table of 12 would be full from the start.</summary>
    [Fact]
    public void WhateverTheHeaderSaysOfTheBitsOfAPixelThereArePixelsOrARefusal()
    {
        var gif = new GifFile(40, 40, []).Frame(0, 0, 40, 40, Bytes(new Random(8), 1600)).End();
        const int pixelBitsAt = 13 + 10;
        Assert.Equal(8, gif[pixelBitsAt]);
        for (var bits = 0; bits < 256; bits++)
        {
            gif[pixelBitsAt] = (byte)bits;
            Assert.True(Record.Exception(() => Decode(gif)) is null or ClassifierException, $"{bits} bits");
        }
    }

    [Fact]
    public void AFileWithoutAFrameIsDamaged() =>
        Assert.Equal(ErrorKind.ImageUndecodable, Assert.Throws<ClassifierException>(() => Decode(new GifFile(5, 5, []).End())).Kind);

    private byte[] Decode(byte[] gif) => _preprocessor.Decode(gif, TestContext.Current.CancellationToken).Rgb;

    private static byte[] Coloured(byte[] indices, byte[] palette) => [.. indices.SelectMany(index => palette[(index * 3)..(index * 3 + 3)])];

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
