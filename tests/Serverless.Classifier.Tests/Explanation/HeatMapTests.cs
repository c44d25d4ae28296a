using Serverless.Classifier.Explanation;
using Serverless.Classifier.Imaging.Resampling;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Explanation;

public class HeatMapTests
{
    private static readonly SeenArea Whole = new(0, 0, 1, 1);

    public static TheoryData<int, int, string, int, int> Pictures => new()
    {
        { 451, 300, "squash", 7, 7 },
        { 451, 300, "crop", 7, 7 },
        { 300, 451, "crop", 7, 7 },
        { 30, 400, "crop", 8, 8 },
        { 8, 8, "squash", 8, 8 },
        { 1, 1, "crop", 7, 7 },
        { 90, 61, "border", 5, 3 },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public void StretchingIsWhatTheFormulaSaysForEachPixel(int width, int height, string resize, int columns, int rows)
    {
        var random = new Random(columns);
        float[] values = [.. Enumerable.Range(0, columns * rows).Select(_ => (random.NextSingle() * 3) - 1)];
        var seen = SeenArea.Of(ResizeWindow.For(Input(resize), width, height));

        var heat = new HeatMap(columns, rows, values, seen).Stretch(width, height);

        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                Assert.Equal(Naive(values, columns, rows, seen, (x + 0.5) / width, (y + 0.5) / height), heat[(y * width) + x], 1e-4);
            }
        }
    }

    [Fact]
    public void OutsideOfTheCropThereIsNoHeat()
    {
        var seen = SeenArea.Of(ResizeWindow.For(Input("crop"), 400, 200));

        var heat = new HeatMap(2, 2, [1, 1, 1, 1], seen).Stretch(400, 200);

        // 400 x 200 becomes 512 x 256, of which the columns 144 to 368 and the rows 16 to 240 are seen.
        Assert.Equal((112.5, 12.5, 287.5, 187.5), (seen.Left * 400, seen.Top * 200, seen.Right * 400, seen.Bottom * 200));
        Assert.Equal(
            (float.NaN, 1f, 1f, float.NaN),
            (heat[(100 * 400) + 111], heat[(100 * 400) + 113], heat[(100 * 400) + 286], heat[(100 * 400) + 288]));
        Assert.Equal((float.NaN, 1f, 1f, float.NaN), (heat[(11 * 400) + 200], heat[(13 * 400) + 200], heat[(186 * 400) + 200], heat[(188 * 400) + 200]));
    }

    [Fact]
    public void ASquashedPictureIsSeenWhole() => Assert.Equal(Whole, SeenArea.Of(ResizeWindow.For(Input("squash"), 451, 300)));

    [Fact]
    public void APictureSmallerThanTheCropIsSeenWithItsBorder()
    {
        var seen = SeenArea.Of(ResizeWindow.For(Input("border"), 300, 300));

        // 200 pixels in the middle of 224: 12 of border on each side.
        Assert.Equal(new SeenArea(-0.06, -0.06, 1.06, 1.06), seen);
        Assert.DoesNotContain(float.NaN, new HeatMap(1, 1, [1], seen).Stretch(300, 300));
    }

    [Fact]
    public void TheHottestCellIsOneAndWhatSpeaksAgainstTheClassIsZero() =>
        Assert.Equal([0f, 0.5f, 1f], new HeatMap(3, 1, [-7, 2, 4], Whole).Stretch(3, 1));

    [Fact]
    public void WithoutHeatAllIsCold() => Assert.All(new HeatMap(2, 2, [-1, 0, -2, -3], Whole).Stretch(4, 4), heat => Assert.Equal(0, heat));

    [Fact]
    public void AHotCellIsHotWhereItIs()
    {
        var heat = new HeatMap(7, 7, [.. Enumerable.Range(0, 49).Select(cell => cell == (5 * 7) + 2 ? 1f : 0)], Whole).Stretch(700, 350);

        // The centre of column 2 of 7 and row 5 of 7, where four pixels meet.
        Assert.InRange(heat[(275 * 700) + 250], 0.97f, 1);
        Assert.Equal(0, heat[(275 * 700) + 450]);
    }

    private static double Naive(float[] values, int columns, int rows, SeenArea seen, double across, double down)
    {
        if (across < seen.Left || across > seen.Right || down < seen.Top || down > seen.Bottom)
        {
            return double.NaN;
        }

        var column = ((across - seen.Left) / (seen.Right - seen.Left) * columns) - 0.5;
        var row = ((down - seen.Top) / (seen.Bottom - seen.Top) * rows) - 0.5;
        var sum = 0.0;
        for (var y = -1; y <= rows; y++)
        {
            for (var x = -1; x <= columns; x++)
            {
                // A tent over each cell's centre; beyond the edge the outer cells go on.
                var weight = Math.Max(0, 1 - Math.Abs(column - x)) * Math.Max(0, 1 - Math.Abs(row - y));
                sum += weight * Math.Max(values[(Math.Clamp(y, 0, rows - 1) * columns) + Math.Clamp(x, 0, columns - 1)], 0);
            }
        }

        return values.Max() > 0 ? sum / values.Max() : 0;
    }

    private static ModelInput Input(string resize) => new()
    {
        Width = 224,
        Height = 224,
        Channels = ChannelOrder.Rgb,
        Resize = resize switch
        {
            "squash" => new() { Mode = ResizeMode.Squash, Filter = ResizeFilter.Nearest },
            "crop" => new() { Mode = ResizeMode.ShortSideCrop, Filter = ResizeFilter.Nearest, ShortSide = 256 },
            _ => new() { Mode = ResizeMode.ShortSideCrop, Filter = ResizeFilter.Nearest, ShortSide = 200 },
        },
    };
}
