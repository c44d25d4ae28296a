using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;

namespace Serverless.Classifier.Tests.Imaging.Decoding;

/// <summary>BMP against pictures whose pixels are known, since the tests packed them.</summary>
public sealed class BmpTests
{
    private readonly ImagePreprocessor _preprocessor = new(new ImageLimits());

    [Theory]
    [InlineData(24, false)]
    [InlineData(24, true)]
    [InlineData(32, false)]
    [InlineData(32, true)]
    public void AByteAChannelComesBackAsItWas(int bits, bool topDown)
    {
        var random = new Random(bits);
        for (var i = 0; i < 20; i++)
        {
            var (width, height) = (random.Next(1, 40), random.Next(1, 40));
            var rgb = Bytes(random, width * height * 3);
            var stride = (width * bits / 8 + 3) & ~3;
            var packed = new byte[stride * height];
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    for (var channel = 0; channel < 3; channel++)
                        packed[(topDown ? y : height - 1 - y) * stride + x * bits / 8 + channel] = rgb[(y * width + x) * 3 + 2 - channel];
            Assert.Equal(rgb, Decode(BmpFile.Write(width, topDown ? -height : height, bits, 0, [], packed)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void IndicesOfFewBitsTakeTheirColoursFromThePalette(int bits)
    {
        var random = new Random(bits);
        var palette = Bytes(random, 4 << bits);
        var (width, height) = (13, 3);
        var indices = Enumerable.Range(0, width * height).Select(_ => random.Next(1 << bits)).ToArray();
        var stride = ((width * bits + 31) / 32) * 4;
        var packed = new byte[stride * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                packed[(height - 1 - y) * stride + x * bits / 8] |= (byte)(indices[y * width + x] << (8 - bits - x * bits % 8));
        byte[] expected = [.. indices.SelectMany(index => new[] { palette[index * 4 + 2], palette[index * 4 + 1], palette[index * 4] })];
        Assert.Equal(expected, Decode(BmpFile.Write(width, height, bits, 0, palette, packed)));
    }

    [Fact]
    public void FiveBitsBecomeEightTruncated()
    {
        // Red 1, green 16, blue 31 of 31: 8.2, 131.6 and 255.
        const ushort pixel = (1 << 10) | (16 << 5) | 31;
        Assert.Equal([8, 131, 255], Decode(BmpFile.Write(1, 1, 16, 0, [], [pixel & 0xFF, pixel >> 8, 0, 0])));
    }

    [Fact]
    public void RunsAndLiteralsOfEightBitsAreUnpacked()
    {
        byte[] palette = [.. Enumerable.Range(0, 256).SelectMany(i => new byte[] { (byte)i, (byte)i, (byte)(255 - i), 0 })];
        byte[] runs =
        [
            3, 7, 0, 0, // the last row: 7 7 7
            0, 3, 1, 2, 3, 0, 0, 0, // the row above it, three literals and a byte of padding: 1 2 3
            1, 9, 0, 1, // the first row lacks two pixels: refused
        ];
        byte[] whole = [.. runs[..12], 2, 9, 1, 4, 0, 1];
        Assert.Equal(
            Rows([9, 9, 4], [1, 2, 3], [7, 7, 7]), Decode(BmpFile.Write(3, 3, 8, 1, palette, whole)));
        Assert.Equal(ErrorKind.ImageUndecodable, RefusalOf(BmpFile.Write(3, 3, 8, 1, palette, runs)).Kind);

        static byte[] Rows(params byte[][] rows) => [.. rows.SelectMany(row => row).SelectMany(i => new[] { (byte)(255 - i), i, i })];
    }

    [Fact]
    public void RunsThatEndBeforeThePictureAreCutOff() =>
        Assert.Equal(ErrorKind.ImageTruncated, RefusalOf(BmpFile.Write(3, 3, 8, 1, new byte[1024], [3, 7, 0, 0])).Kind);

    [Fact]
    public void PixelsThatAreNotThereAreCutOff() =>
        Assert.Equal(ErrorKind.ImageTruncated, RefusalOf(BmpFile.Write(10, 10, 24, 0, [], new byte[100])).Kind);

    [Fact]
    public void UnknownBitFieldsAreRefusedByTheirValues()
    {
        byte[] masks = [0, 0, 0, 0xFC, 0, 0, 0, 3, 0, 0, 0, 1];
        var refusal = RefusalOf(BmpFile.Write(1, 1, 32, 3, [], [.. masks, 1, 2, 3, 4, 0, 0, 0, 0]));
        Assert.Equal(ErrorKind.UnsupportedFormat, refusal.Kind);
        Assert.Contains("FC000000", refusal.Message, StringComparison.Ordinal);
    }

    private byte[] Decode(byte[] bmp) => _preprocessor.Decode(bmp, TestContext.Current.CancellationToken).Rgb;

    private ClassifierException RefusalOf(byte[] bmp) => Assert.Throws<ClassifierException>(() => Decode(bmp));

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
