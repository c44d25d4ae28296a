using Serverless.Classifier.Explanation;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Explanation;

public class OcclusionGridTests
{
    [Theory]
    [InlineData(TensorLayout.Nchw, 16, 16)]
    [InlineData(TensorLayout.Nhwc, 16, 16)]
    [InlineData(TensorLayout.Nchw, 37, 29)]
    [InlineData(TensorLayout.Nhwc, 37, 29)]
    public void EachCopyHasItsPatchInTheMeanColourAndIsElseThePicture(TensorLayout layout, int width, int height)
    {
        var tensor = Picture(width * height * 3);
        var grid = new OcclusionGrid(tensor, layout, width, height);
        var copies = new float[OcclusionGrid.Places * tensor.Length];

        for (var row = 0; row < OcclusionGrid.Places; row++)
        {
            grid.Cover(row, copies);
            for (var column = 0; column < OcclusionGrid.Places; column++)
            {
                Assert.Equal(
                    Naive(tensor, layout, width, height, row, column),
                    copies[(column * tensor.Length)..((column + 1) * tensor.Length)],
                    (expected, actual) => Math.Abs(expected - actual) < 1e-5f);
            }
        }
    }

    [Fact]
    public void TheHeatOfACellIsTheMeanDropOfThePatchesThatCoverIt()
    {
        var covered = Picture(OcclusionGrid.Places * OcclusionGrid.Places);

        var heat = OcclusionGrid.Heat(0.9f, covered);

        for (var y = 0; y < OcclusionGrid.Cells; y++)
        {
            for (var x = 0; x < OcclusionGrid.Cells; x++)
            {
                var drops =
                    from row in Enumerable.Range(0, OcclusionGrid.Places)
                    from column in Enumerable.Range(0, OcclusionGrid.Places)
                    where row <= y && y < row + OcclusionGrid.PatchCells && column <= x && x < column + OcclusionGrid.PatchCells
                    select 0.9 - covered[(row * OcclusionGrid.Places) + column];
                Assert.Equal(drops.Average(), heat[(y * OcclusionGrid.Cells) + x], 1e-5);
            }
        }
    }

    [Fact]
    public void TheHeatLiesWhereCoveringCosts()
    {
        var covered = Enumerable.Repeat(0.9f, OcclusionGrid.Places * OcclusionGrid.Places).ToArray();
        covered[(2 * OcclusionGrid.Places) + 5] = 0.1f;

        var heat = OcclusionGrid.Heat(0.9f, covered);

        Assert.Equal(
            [(2, 5), (2, 6), (3, 5), (3, 6)],
            heat.Index().Where(cell => cell.Item > 0.1f).Select(cell => (cell.Index / OcclusionGrid.Cells, cell.Index % OcclusionGrid.Cells)));
    }

    private static float[] Naive(float[] tensor, TensorLayout layout, int width, int height, int row, int column)
    {
        var copy = tensor.ToArray();
        for (var channel = 0; channel < 3; channel++)
        {
            var all = from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) select (double)tensor[At(channel, y, x)];
            var mean = (float)all.Average();
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    if (y >= row * height / 8 && y < (row + 2) * height / 8 && x >= column * width / 8 && x < (column + 2) * width / 8)
                    {
                        copy[At(channel, y, x)] = mean;
                    }
                }
            }
        }

        return copy;

        int At(int channel, int y, int x) => layout == TensorLayout.Nchw ? (((channel * height) + y) * width) + x : (((y * width) + x) * 3) + channel;
    }

    private static float[] Picture(int length)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())];
    }
}
