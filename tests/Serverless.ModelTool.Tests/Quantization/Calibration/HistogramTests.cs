using Serverless.ModelTool.Quantization.Calibration;

namespace Serverless.ModelTool.Tests.Quantization.Calibration;

public sealed class HistogramTests
{
    private readonly float[] _values;

    public HistogramTests()
    {
        var random = new Random(11);
        _values = [.. Enumerable.Range(0, 50_000).Select(_ => MathF.Pow(random.NextSingle() - 0.3f, 5) * 100)];
    }

    [Fact]
    public void CountsDoNotDependOnTheOrderOfWhatIsSeen()
    {
        var (forwards, backwards) = (new Histogram(), new Histogram());
        foreach (var part in _values.Chunk(777))
        {
            forwards.Add(part);
        }

        backwards.Add([.. _values.OrderDescending()]);

        Assert.Equal((forwards.Reach, forwards.Min, forwards.Max, forwards.Count), (backwards.Reach, backwards.Min, backwards.Max, backwards.Count));
        Assert.Equal(forwards.Bins, backwards.Bins);
    }

    [Fact]
    public void EachValueLiesInItsBin()
    {
        var histogram = new Histogram();
        histogram.Add(_values);

        var slow = new long[Histogram.BinCount];
        foreach (var value in _values.Where(value => value != 0))
        {
            slow[Enumerable.Range(0, Histogram.BinCount - 1).TakeWhile(bin => histogram.EdgeOf(bin + 1) <= value).Count()]++;
        }

        Assert.Equal(slow, histogram.Bins.ToArray());
        Assert.Equal((_values.Min(), _values.Max()), (histogram.Min, histogram.Max));
    }

    [Fact]
    public void ZerosAreCountedAndInNoBin()
    {
        var histogram = new Histogram();
        histogram.Add(new float[1000]);
        histogram.Add([2]);

        Assert.Equal((1001, 1), (histogram.Count, histogram.Bins.ToArray().Sum()));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void WhatIsNoNumberIsRefused(float value) => Assert.Throws<ModelToolException>(() => new Histogram().Add([1, value]));
}
