using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Tests.Statistics;

public class SeriesTests
{
    private static readonly Series Slow = new([[20, 22, 24], [200, 220, 240]]);
    private static readonly Series Quick = new([[10, 11, 12], [100, 110, 120]]);

    [Fact]
    public void ARatioIsTakenWithinEachRoundSoThatASlowerMachineChangesNothing() => Assert.Equal(new Figure(2, 2, 2, 2), Slow.Over(Quick));

    [Fact]
    public void ADifferenceIsTakenWithinEachRoundToo() => Assert.Equal(new Figure(60.5, 20.9, 100.1, 2), Rounded(Slow.Beyond(Quick)));

    [Fact]
    public void AllIsOverEveryValueOfEveryRound() => Assert.Equal(new Figure(112, 21, 230, 6), Rounded(Slow.All));

    [Fact]
    public void SeriesOfDifferentLengthCannotBeCompared() => Assert.Throws<ArgumentException>(() => Slow.Over(new Series([[1]])));

    private static Figure Rounded(Figure figure) => figure with { Median = Math.Round(figure.Median, 6), P10 = Math.Round(figure.P10, 6), P90 = Math.Round(figure.P90, 6) };
}
