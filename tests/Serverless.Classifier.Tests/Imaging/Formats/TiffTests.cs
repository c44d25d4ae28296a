using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;

namespace Serverless.Classifier.Tests.Imaging.Formats;

public sealed class TiffTests
{
    private const ushort OrientationTag = 274;

    private readonly ImagePreprocessor _preprocessor = new(new ImageLimits());

    /// <summary>The picture is stored as 1 2 3 over 4 5 6. Where its first row and column belong is TIFF 6.0's table of the tag.</summary>
    [Theory]
    [InlineData(1, 3, "1 2 3 4 5 6")]
    [InlineData(2, 3, "3 2 1 6 5 4")] // top, right
    [InlineData(3, 3, "6 5 4 3 2 1")] // bottom, right
    [InlineData(4, 3, "4 5 6 1 2 3")] // bottom, left
    [InlineData(5, 2, "1 4 2 5 3 6")] // left, top
    [InlineData(6, 2, "4 1 5 2 6 3")] // right, top
    [InlineData(7, 2, "6 3 5 2 4 1")] // right, bottom
    [InlineData(8, 2, "3 6 2 5 1 4")] // left, bottom
    public void TheOrientationTagTurnsThePicture(uint orientation, int width, string expected)
    {
        var (facts, rgb) = _preprocessor.Decode(Grey3X2((OrientationTag, orientation)), TestContext.Current.CancellationToken);
        Assert.Equal(width, facts.Width);
        Assert.Equal(expected, string.Join(' ', rgb.Where((_, i) => i % 3 == 0)));
    }

    /// <summary>
    /// The one known difference in pixels: Pillow divides premultiplied colours in integers, libvips in floating point. All pairs of colour and
    /// alpha: 34 of 32,896 differ, each by one level.
    /// </summary>
    [Fact]
    public void PremultipliedAlphaIsWithinOneLevelOfPillow()
    {
        const int levels = 256;
        var rgba = new byte[levels * levels * 4];
        for (var alpha = 0; alpha < levels; alpha++)
            for (var colour = 0; colour < levels; colour++)
            {
                var premultiplied = (byte)Math.Min(colour, alpha);
                rgba.AsSpan((alpha * levels + colour) * 4, 4).Fill(premultiplied);
                rgba[(alpha * levels + colour) * 4 + 3] = (byte)alpha;
            }
        var entries = TiffFile.Picture(levels, levels, 4, 2, (uint)rgba.Length).Append(((ushort)338, 1u))
            .Select(entry => entry.Item1 == 273 ? (entry.Item1, (uint)TiffFile.DataOffset(10)) : entry).ToArray();
        var rgb = _preprocessor.Decode(TiffFile.Write(entries, 0, rgba), TestContext.Current.CancellationToken).Rgb;
        var differences = 0;
        for (var alpha = 0; alpha < levels; alpha++)
            for (var colour = 0; colour <= alpha; colour++)
            {
                var pillow = alpha is 0 or 255 ? colour : Math.Min(255, 255 * colour / alpha);
                var difference = Math.Abs(pillow - rgb[(alpha * levels + colour) * 3]);
                Assert.InRange(difference, 0, 1);
                differences += difference;
            }
        Assert.InRange(differences, 0, 34);
    }

    [Fact]
    public void MoreSamplesThanAnyPictureHasAreRefused()
    {
        var tiff = TiffFile.Write(TiffFile.Picture(4, 4, samples: 200, photometric: 2, stripBytes: 3200), 0, new byte[3200]);
        Assert.Equal(ErrorKind.UnsupportedFormat, Assert.Throws<ClassifierException>(() => _preprocessor.Inspect(tiff)).Kind);
    }

    [Fact]
    public void TilesLargerThanAnyWriterMakesAreRefused()
    {
        var tiff = TiffFile.Write([.. TiffFile.Picture(4, 4, 1, 1, 16), (322, 65_536), (323, 65_536)], 0, new byte[16]);
        Assert.Equal(ErrorKind.UnsupportedFormat, Assert.Throws<ClassifierException>(() => _preprocessor.Inspect(tiff)).Kind);
    }

    [Fact]
    public void LargeStripsCountAsAPictureInMemory()
    {
        // Two strips of 2,500 rows: 12.5 million pixels each.
        var entries = TiffFile.Picture(5000, 5000, 1, 1, 100).Select(entry => entry.Tag == 278 ? (entry.Tag, 2500) : entry).ToArray();
        var refusal = Assert.Throws<ClassifierException>(() => _preprocessor.Inspect(TiffFile.Write(entries, 0, new byte[100])));
        Assert.Equal(ErrorKind.TooManyPixels, refusal.Kind);
    }

    [Fact]
    public void ADirectoryBeyondTheFileIsCutOff()
    {
        byte[] tiff = [.. "II*\0"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0];
        Assert.Equal(ErrorKind.ImageTruncated, Assert.Throws<ClassifierException>(() => _preprocessor.Inspect(tiff)).Kind);
    }

    [Fact]
    public void ABigTiffWhoseDirectoryIsAtTheEndOfAllNumbersIsCutOff()
    {
        byte[] tiff = [.. "II+\0"u8, 8, 0, 0, 0, .. Enumerable.Repeat((byte)0xFF, 8), 0, 0, 0, 0];
        Assert.Equal(ErrorKind.ImageTruncated, Assert.Throws<ClassifierException>(() => _preprocessor.Inspect(tiff)).Kind);
    }

    [Fact]
    public void ABigTiffIsDecoded()
    {
        using var picture = NetVips.Image.Black(5, 4, bands: 3) + 9;
        using var bytes = picture.Cast(NetVips.Enums.BandFormat.Uchar);
        var (facts, rgb) = _preprocessor.Decode(bytes.TiffsaveBuffer(bigtiff: true), TestContext.Current.CancellationToken);
        Assert.Equal((ImageFormat.Tiff, 5, 4), (facts.Format, facts.Width, facts.Height));
        Assert.All(rgb, value => Assert.Equal(9, value));
    }

    private static byte[] Grey3X2((ushort Tag, uint Value) extra)
    {
        // Entries lie in the order of their tags, and the data behind one entry more than the picture alone has.
        var entries = TiffFile.Picture(3, 2, 1, 1, 6).Append(extra).OrderBy(entry => entry.Tag)
            .Select(entry => entry.Tag == 273 ? (entry.Tag, (uint)TiffFile.DataOffset(10)) : entry).ToArray();
        return TiffFile.Write(entries, 0, [1, 2, 3, 4, 5, 6]);
    }
}
