namespace Serverless.Functions.Patience;

/// <summary>
/// How long to wait between tries: pauses that double from <paramref name="First"/> to <paramref name="Longest"/>, each shortened at random by
/// up to a half so that many who wait do not come back together, until <paramref name="Limit"/> is reached.
/// </summary>
/// <param name="First">The first pause at its longest.</param>
/// <param name="Longest">No pause is longer.</param>
/// <param name="Limit">Total time after which there is no further try.</param>
public sealed record PausePolicy(TimeSpan First, TimeSpan Longest, TimeSpan Limit)
{
    /// <summary>The pause before the next try, or null when it is time to give up.</summary>
    /// <param name="failures">How many tries have failed, from 1.</param>
    /// <param name="elapsed">Since the first try began.</param>
    /// <param name="chance">Random, 0 up to 1.</param>
    public TimeSpan? NextPause(int failures, TimeSpan elapsed, double chance)
    {
        var left = Limit - elapsed;
        if (left <= TimeSpan.Zero) return null;
        // Beyond 2^30 the factor would overflow, long after Longest took over.
        var grown = First * (1L << Math.Min(failures - 1, 30));
        var pause = (grown < Longest ? grown : Longest) * (1 - (chance / 2));
        // The last try is made when time is up, not before.
        return pause < left ? pause : left;
    }
}
