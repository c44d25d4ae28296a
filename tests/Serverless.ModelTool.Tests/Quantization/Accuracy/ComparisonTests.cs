using Serverless.Classifier.Models;
using Serverless.ModelTool.Quantization.Accuracy;

namespace Serverless.ModelTool.Tests.Quantization.Accuracy;

public sealed class ComparisonTests
{
    private static readonly Label[] Labels = [new("n01", "cat"), new("n02", "dog"), new("n03", "crane"), new("n04", "crane")];

    [Fact]
    public void WithLabelsTheLossIsMeasured()
    {
        var comparison = Compare(
            ("cat/1.jpg", [0.9f, 0.1f, 0, 0], [0.8f, 0.2f, 0, 0]),
            ("cat/2.jpg", [0.6f, 0.4f, 0, 0], [0.4f, 0.6f, 0, 0]),
            ("x/n02_3.jpg", [0.6f, 0.4f, 0, 0], [0.4f, 0.6f, 0, 0]),
            ("n03/4.jpg", [0.6f, 0.4f, 0, 0], [0.7f, 0.3f, 0, 0]));

        Assert.Equal((4, 0.5), (comparison.Pictures, comparison.Agreement));
        Assert.Equal(new LabelledComparison(FloatTop1: 0.5, Int8Top1: 0.5, FloatTop5: 1, Int8Top5: 1), comparison.Labelled);
        Assert.Equal(0, comparison.LossInPoints);
    }

    [Fact]
    public void WithoutLabelsTheLossIsWhatFloat32WouldExpect()
    {
        var comparison = Compare(
            ("a.jpg", [0.6f, 0.4f, 0, 0], [0.4f, 0.6f, 0, 0]),
            ("b.jpg", [0.9f, 0.1f, 0, 0], [0.8f, 0.2f, 0, 0]));

        Assert.Null(comparison.Labelled);
        Assert.Equal(10, comparison.LossInPoints, 1e-4);
    }

    [Fact]
    public void APictureThatWasNotReadIsNotCounted()
    {
        var comparison = Compare(("cat/1.jpg", [0.9f, 0.1f, 0, 0], [0.8f, 0.2f, 0, 0]), ("b.jpg", null, null));

        Assert.Equal((1, 1), (comparison.Pictures, comparison.Labelled!.Int8Top1));
    }

    [Fact]
    public void DivergenceIsZeroForTheSameAndThatOfTheFormulaForOthers()
    {
        Assert.Equal(0, Compare(("a.jpg", [0.5f, 0.5f, 0, 0], [0.5f, 0.5f, 0, 0])).Divergence, 1e-9);
        Assert.Equal(
            (0.5 * Math.Log(0.5 / 0.25)) + (0.5 * Math.Log(0.5 / 0.75)), Compare(("a.jpg", [0.5f, 0.5f, 0, 0], [0.25f, 0.75f, 0, 0])).Divergence, 1e-7);
    }

    [Theory]
    [InlineData("/pictures/dog/7.jpg", 1)]
    [InlineData("/pictures/N02/7.jpg", 1)]
    [InlineData("/pictures/n03_crane.JPEG", 2)]
    [InlineData("/pictures/crane/7.jpg", null)]
    [InlineData("/pictures/7.jpg", null)]
    public void AClassIsNamedByTheFolderOrTheStartOfTheName(string file, int? expected) => Assert.Equal(expected, new PictureLabels(Labels).Of(file));

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(1, true)]
    [InlineData(1.01, false)]
    [InlineData(-3, true)]
    public void TheGateOpensUpToItsLimit(double points, bool passes)
    {
        var comparison = new Comparison(100, 1, 1, 0, 0, new(0.9, 0.9 - (points / 100), 1, 1));

        Assert.Equal(passes, new AccuracyGate(1).Passes(comparison));
    }

    [Fact]
    public void FewPicturesAreDoubted()
    {
        Assert.Contains("each is worth 4.0 points", AccuracyGate.Doubt(new(25, 1, 1, 0, 0, null)));
        Assert.Null(AccuracyGate.Doubt(new(100, 1, 1, 0, 0, null)));
    }

    private static Comparison Compare(params (string File, float[]? Float, float[]? Int8)[] pictures)
    {
        string[] files = [.. pictures.Select(picture => picture.File)];
        return Comparison.Of(new(files, [.. pictures.Select(picture => picture.Float)]), new(files, [.. pictures.Select(picture => picture.Int8)]), Labels);
    }
}
