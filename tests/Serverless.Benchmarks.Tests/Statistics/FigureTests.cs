using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Tests.Statistics;

public class FigureTests
{
    /// <summary>The known answers are those of <c>numpy.percentile(values, [50, 10, 90])</c>, NumPy 1.24.</summary>
    [Theory]
    [InlineData(new double[] { 3, 1, 2 }, 2.0, 1.2, 2.8)]
    [InlineData(new double[] { 10, 20 }, 15.0, 11.0, 19.0)]
    [InlineData(new double[] { 7 }, 7.0, 7.0, 7.0)]
    [InlineData(new double[] { 5, 1, 4, 2, 3, 9, 8, 6, 7, 10, 11 }, 6.0, 2.0, 10.0)]
    [InlineData(new[] { 1.5, 2.25, 100, 3.75 }, 3.0, 1.725, 71.125)]
    public void PercentilesAreThoseOfNumPy(double[] values, double median, double p10, double p90)
    {
        var figure = Figure.Of(values);

        Assert.Equal(median, figure.Median, 10);
        Assert.Equal(p10, figure.P10, 10);
        Assert.Equal(p90, figure.P90, 10);
        Assert.Equal(values.Length, figure.Count);
    }

    [Fact]
    public void ThereIsNoFigureOfNothing() => Assert.Throws<ArgumentException>(() => Figure.Of([]));
}
