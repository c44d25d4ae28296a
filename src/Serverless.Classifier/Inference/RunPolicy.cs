namespace Serverless.Classifier.Inference;

/// <summary>Images that wait for the same kind of run of the same session.</summary>
/// <param name="Waiting">How many wait.</param>
/// <param name="Coming">How many more are being decoded.</param>
/// <param name="Oldest">How long the first of those that wait has done so.</param>
/// <param name="BestBatch">How many a run takes best; 1 where a batch gains nothing.</param>
/// <param name="LastTurn">The turn in which the line was last served, or before which it was opened.</param>
/// <param name="MayTakeOneThread">Whether a run can have one thread.</param>
internal readonly record struct LineState(int Waiting, int Coming, TimeSpan Oldest, int BestBatch, long LastTurn, bool MayTakeOneThread);

/// <summary>What is to be done next.</summary>
/// <param name="Line">The line that is served; -1 when nothing begins now.</param>
/// <param name="Images">How many of its first images the run takes.</param>
/// <param name="Width">With how many threads.</param>
/// <param name="AskAgainAfter">When nothing begins: after how long to ask again even if nothing happens; null when there is no need to.</param>
internal readonly record struct RunDecision(int Line, int Images, RunWidth Width, TimeSpan? AskAgainAfter);

/// <summary>Decides which run begins next. It has neither a clock nor threads nor a memory: all that it knows is passed in.</summary>
/// <remarks>
/// 1. A run with all threads is alone. Runs with one thread are at most as many as there are cores, or as were allowed.
/// 2. The line that was served longest ago is next, so that a crowd at one model makes nobody wait for more than one run of each other line.
/// 3. A run takes as many images as its session likes, and not more than allowed. A batch that is not full waits for images that are being decoded, a few
///    milliseconds at most; for those that nobody has sent yet it does not wait, so that an image that is alone is never held up.
/// 4. While fewer images wait than there are cores, each run gets all threads; as soon as there is one for each core, each run gets one, and what waits is
///    shared out: two runs of four beside each other are quicker than one of eight.
/// </remarks>
/// <param name="cores">Runs with one thread at the same time; 1 for none.</param>
/// <param name="maxBatch">The most images in a run.</param>
/// <param name="maxBatchDelay">The longest that an image is held up for a fuller batch.</param>
internal sealed class RunPolicy(int cores, int maxBatch, TimeSpan maxBatchDelay)
{
    private static readonly RunDecision Nothing = new(Line: -1, Images: 0, RunWidth.AllThreads, AskAgainAfter: null);

    /// <summary>Whether there is work for a run a core.</summary>
    /// <param name="waiting">Images that wait.</param>
    /// <param name="oneThread">Runs with one thread that are under way.</param>
    public bool IsCrowd(int waiting, int oneThread) => cores > 1 && waiting + oneThread >= cores;

    /// <summary>Decides.</summary>
    /// <param name="lines">The lines; those in which nobody waits may be among them.</param>
    /// <param name="allThreads">Runs with all threads that are under way.</param>
    /// <param name="oneThread">Runs with one thread that are under way.</param>
    public RunDecision Decide(ReadOnlySpan<LineState> lines, int allThreads, int oneThread)
    {
        if (allThreads > 0 || oneThread >= cores) // 1
        {
            return Nothing;
        }

        var (next, waiting) = (-1, 0);
        TimeSpan? held = null;
        for (var index = 0; index < lines.Length; index++)
        {
            if (lines[index].Waiting == 0)
            {
                continue;
            }

            waiting += lines[index].Waiting;
            if (HoldFor(lines[index]) is { } hold) // 3
            {
                held = held < hold ? held : hold;
            }
            else if (next < 0 || lines[index].LastTurn < lines[next].LastTurn) // 2
            {
                next = index;
            }
        }

        if (next < 0)
        {
            return Nothing with { AskAgainAfter = held };
        }

        var line = lines[next];
        if (line.MayTakeOneThread && IsCrowd(waiting, oneThread)) // 4
        {
            var free = cores - oneThread;
            return new(next, Math.Min((line.Waiting + free - 1) / free, BatchOf(line)), RunWidth.OneThread, AskAgainAfter: null);
        }

        return oneThread > 0 ? Nothing : new(next, Math.Min(line.Waiting, BatchOf(line)), RunWidth.AllThreads, AskAgainAfter: null);
    }

    private int BatchOf(LineState line) => Math.Max(1, Math.Min(line.BestBatch, maxBatch));

    private TimeSpan? HoldFor(LineState line) =>
        line.Coming > 0 && line.Waiting < BatchOf(line) && line.Oldest < maxBatchDelay ? maxBatchDelay - line.Oldest : null;
}
