using Serverless.Functions.Patience;

namespace Serverless.Functions.Tests.Patience;

public class PausePolicyTests
{
    private static readonly PausePolicy Policy = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(5, 10)]
    [InlineData(100, 10)]
    [InlineData(int.MaxValue, 10)]
    public void PausesDoubleUntilTheLongest(int failures, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Policy.NextPause(failures, TimeSpan.Zero, chance: 0));

    [Theory]
    [InlineData(0.5, 6)]
    [InlineData(1, 4)]
    public void ChanceShortensAPauseByUpToAHalf(double chance, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Policy.NextPause(4, TimeSpan.Zero, chance));

    [Fact]
    public void TheLastPauseEndsWithTheLimit() =>
        Assert.Equal(TimeSpan.FromSeconds(3), Policy.NextPause(9, TimeSpan.FromSeconds(57), chance: 0));

    [Theory]
    [InlineData(60)]
    [InlineData(61)]
    public void AfterTheLimitThereIsNoFurtherTry(double elapsed) =>
        Assert.Null(Policy.NextPause(9, TimeSpan.FromSeconds(elapsed), chance: 0));
}
