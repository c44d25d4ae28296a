using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Serverless.Drawing.Tests;

public class HeatPictureTests
{
    [Fact]
    public void HeatIsOpaqueAndItsAbsenceTransparent()
    {
        using var picture = Image.Load<Rgba32>(HeatPicture.Draw([0, 0.5f, 1, float.NaN, 0.25f, float.NaN], 3, 2));

        Assert.Equal((3, 2), (picture.Width, picture.Height));
        Assert.Equal([255, 255, 255, 0, 255, 0], Pixels(picture).Select(pixel => pixel.A));
    }

    [Fact]
    public void RowsAreWrittenFromTheTop()
    {
        using var picture = Image.Load<Rgba32>(HeatPicture.Draw([1, 0, 0, 0, 0, 0], 2, 3));

        Assert.Equal(Opaque(HeatColours.Of(1)), picture[0, 0]);
        Assert.All(Pixels(picture).Skip(1), pixel => Assert.Equal(Opaque(HeatColours.Of(0)), pixel));
    }

    [Fact]
    public void WhereItIsColdThePhotographIsGrey()
    {
        using var picture = Image.Load<Rgba32>(HeatPicture.DrawOver([200, 100, 50], [0], 1, 1));

        // 0.2126 * 200 + 0.7152 * 100 + 0.0722 * 50 = 117.65
        Assert.Equal(new Rgba32(118, 118, 118), picture[0, 0]);
    }

    [Fact]
    public void WhereTheNetworkDidNotLookThePhotographIsDimmed()
    {
        using var picture = Image.Load<Rgba32>(HeatPicture.DrawOver([200, 100, 50], [float.NaN], 1, 1));

        Assert.Equal(new Rgba32(39, 39, 39), picture[0, 0]);
    }

    [Fact]
    public void WhereItIsHotColourCoversThePhotographAndLetsItShine()
    {
        using var picture = Image.Load<Rgba32>(HeatPicture.DrawOver([0, 0, 0, 255, 255, 255], [1, 1], 2, 1));
        var hottest = HeatColours.Of(1);

        Assert.Equal(Opaque(new Rgb24(Share(hottest.R, 0), Share(hottest.G, 0), Share(hottest.B, 0))), picture[0, 0]);
        Assert.Equal(Opaque(new Rgb24(Share(hottest.R, 255), Share(hottest.G, 255), Share(hottest.B, 255))), picture[1, 0]);

        static byte Share(byte colour, byte photograph) => (byte)Math.Round((0.7 * colour) + (0.3 * photograph));
    }

    [Fact]
    public void HeatOfAnotherSizeIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => HeatPicture.Draw([0, 0, 0], 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => HeatPicture.DrawOver(new byte[12], [0, 0, 0], 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => HeatPicture.DrawOver(new byte[4], [0, 0, 0, 0], 2, 2));
    }

    private static Rgba32 Opaque(Rgb24 colour) => new(colour.R, colour.G, colour.B);

    private static IEnumerable<Rgba32> Pixels(Image<Rgba32> picture) =>
        from y in Enumerable.Range(0, picture.Height) from x in Enumerable.Range(0, picture.Width) select picture[x, y];
}
