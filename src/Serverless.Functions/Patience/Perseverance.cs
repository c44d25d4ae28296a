using System.Diagnostics.CodeAnalysis;

namespace Serverless.Functions.Patience;

/// <summary>
/// Repeats steps that only time can mend, with the policy's pauses. The limit counts from when it was made and is shared by all steps of one
/// piece of work; pauses start small again with each step.
/// </summary>
internal sealed class Perseverance(PausePolicy policy, TimeProvider time, Func<Exception, bool> canMend, Action<Exception, TimeSpan> onPause)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>What is left until the limit; never negative.</summary>
    public TimeSpan Left => policy.Limit - time.GetElapsedTime(_start) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Does the step until it succeeds; throws what the last try threw once the limit is reached or when time cannot mend it.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "The chance spreads load; nobody gains by guessing it.")]
    public async Task<T> DoAsync<T>(Func<Task<T>> step, CancellationToken cancellation)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await step();
            }
            catch (Exception failure) when (canMend(failure)
                && policy.NextPause(failures, time.GetElapsedTime(_start), Random.Shared.NextDouble()) is { } pause)
            {
                onPause(failure, pause);
                await Task.Delay(pause, time, cancellation);
            }
        }
    }
}
