namespace Serverless.LocalHost.Tests.Running;

/// <summary>Waits for a condition, long enough for a machine that does other things too.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static Task BecomesTrueAsync(Func<bool> condition, Func<string> otherwise) =>
        BecomesTrueAsync(() => Task.FromResult(condition()), otherwise);

    public static async Task BecomesTrueAsync(Func<Task<bool>> condition, Func<string> otherwise)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
                Assert.Fail($"Not within {Patience.TotalSeconds} s. {otherwise()}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
