using Serverless.ModelTool.Quantization.Calibration;

namespace Serverless.ModelTool.Tests.Quantization.Calibration;

public sealed class RangeFinderTests
{
    [Fact]
    public void MinMaxIsAllThatWasSeen() => Assert.Equal((-3, 40), RangeFinder.Find(Seen([-3, 0, 1, 40]), CalibrationMethod.MinMax));

    [Theory]
    [InlineData(CalibrationMethod.Percentile9999, 1e-4)]
    [InlineData(CalibrationMethod.Percentile99999, 1e-5)]
    internal void PercentilesAreThoseOfTheSortedValues(CalibrationMethod method, double share)
    {
        var values = Bell(400_000);
        var histogram = Seen(values);

        var (min, max) = RangeFinder.Find(histogram, method);

        float[] sorted = [.. values.Order()];
        var left = (int)(values.Length * share);
        Assert.Equal(sorted[left], min, histogram.BinWidth);
        Assert.Equal(sorted[^(left + 1)], max, histogram.BinWidth);
    }

    [Fact]
    public void EntropyGivesALoneGiantUpAndKeepsTheRest()
    {
        var (min, max) = RangeFinder.Find(Seen([.. Bell(100_000), 30]), CalibrationMethod.Entropy);

        Assert.InRange(max, 3, 15);
        Assert.InRange(min, -5, -1);
    }

    [Fact]
    public void EntropyKeepsWhatIsEvenlySpread()
    {
        var random = new Random(2);
        float[] values = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextSingle())];

        Assert.InRange(RangeFinder.Find(Seen(values), CalibrationMethod.Entropy).Max, 0.95f, 1);
    }

    [Theory]
    [InlineData(CalibrationMethod.MinMax)]
    [InlineData(CalibrationMethod.Percentile9999)]
    [InlineData(CalibrationMethod.Percentile99999)]
    [InlineData(CalibrationMethod.Entropy)]
    internal void ATensorThatIsAlwaysZeroHasAScale(CalibrationMethod method)
    {
        var (min, max) = RangeFinder.Find(Seen(new float[100]), method);

        Assert.Equal(new ActivationScale(1, 0), ActivationScale.Covering(min, max));
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(-1, 1)]
    [InlineData(-123.68f, 151.061f)]
    [InlineData(2, 5)]
    [InlineData(-7, -3)]
    public void ZeroIsALevelAndTheEndsAreWithinHalfAStep(float min, float max)
    {
        var scale = ActivationScale.Covering(min, max);

        Assert.Equal(Math.Min(min, 0), -scale.ZeroPoint * scale.Scale, scale.Scale * 0.5001f);
        Assert.Equal(Math.Max(max, 0), (255 - scale.ZeroPoint) * scale.Scale, scale.Scale * 0.5001f);
    }

    private static Histogram Seen(float[] values)
    {
        var histogram = new Histogram();
        histogram.Add(values);
        return histogram;
    }

    private static float[] Bell(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 12).Sum(_ => random.NextSingle()) - 6)];
    }
}
