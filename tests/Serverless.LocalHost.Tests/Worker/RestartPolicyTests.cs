using Microsoft.Extensions.Time.Testing;
using Serverless.LocalHost.Worker;

namespace Serverless.LocalHost.Tests.Worker;

public class RestartPolicyTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(137)]
    public void TheFirstEndIsFollowedAtOnceTheSecondAfterTenSecondsTheThirdByNothing(int code)
    {
        var policy = new RestartPolicy(_time);

        Assert.Equal([TimeSpan.Zero, TimeSpan.FromSeconds(10), null], [policy.PauseAfter(code), policy.PauseAfter(code), policy.PauseAfter(code)]);
    }

    [Fact]
    public void AWorkerThatAsksForARestartGetsItHoweverOften()
    {
        var policy = new RestartPolicy(_time);

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(TimeSpan.Zero, policy.PauseAfter(RestartPolicy.AsksForRestart)));
    }

    [Fact]
    public void AnEndOfMoreThanHalfAnHourAgoIsForgotten()
    {
        var policy = new RestartPolicy(_time);
        policy.PauseAfter(1);
        policy.PauseAfter(1);
        _time.Advance(TimeSpan.FromMinutes(31));

        Assert.Equal(TimeSpan.Zero, policy.PauseAfter(1));
    }
}
