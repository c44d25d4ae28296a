using System.Diagnostics;

namespace Serverless.Testing;

/// <summary>Waits on conditions, looking every few milliseconds, for a minute if not told otherwise.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits until a condition holds.</summary>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? patience = null, Func<string>? details = null) =>
        GetAsync(() => Task.FromResult(condition() ? "" : null), what, patience, details);

    /// <summary>Waits until there is something and returns it.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> get, string what, TimeSpan? patience = null, Func<string>? details = null)
        where T : class
    {
        var start = Stopwatch.GetTimestamp();
        using var pause = new PeriodicTimer(Pause);
        do
        {
            if (await get() is { } value)
            {
                return value;
            }
        }
        while (Stopwatch.GetElapsedTime(start) < (patience ?? Patience) && await pause.WaitForNextTickAsync());

        throw new TimeoutException($"It did not happen within {patience ?? Patience}: {what}. {details?.Invoke()}");
    }
}
