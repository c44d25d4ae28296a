using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Serverless.Testing;

/// <summary>Waits on conditions, looking every few milliseconds; for a minute and a half if not told otherwise, because the machine may be doing other things.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Waits until a condition holds.</summary>
    /// <exception cref="TimeoutException">It did not; the message has what was waited for and the details.</exception>
    public static Task TrueAsync(
        Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "", TimeSpan? patience = null, Func<string>? details = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, patience, details);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?, Func{string}?)"/>
    public static Task TrueAsync(
        Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "", TimeSpan? patience = null, Func<string>? details = null) =>
        GetAsync(async () => await condition() ? what : null, what, patience, details);

    /// <summary>Waits until there is something and returns it.</summary>
    /// <exception cref="TimeoutException">There was nothing; the message has what was waited for and the details.</exception>
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
