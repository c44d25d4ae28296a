namespace Serverless.LocalHost.Worker;

/// <summary>
/// The real host's rules: a worker that ends is started again at once, then after 10 s; the third end within half an hour ends the host.
/// Exit code 200 asks for a restart and is no fault. Exit code 0, after which the real host starts nothing and lets calls hang, counts as any other end.
/// </summary>
internal sealed class RestartPolicy(TimeProvider time)
{
    public const int AsksForRestart = 200;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan[] Pauses = [TimeSpan.Zero, TimeSpan.FromSeconds(10)];

    private readonly Queue<DateTimeOffset> _ends = new();

    /// <summary>How long to wait before the next worker starts; null when there is none.</summary>
    public TimeSpan? PauseAfter(int code)
    {
        if (code == AsksForRestart)
            return TimeSpan.Zero;
        var now = time.GetUtcNow();
        while (_ends.TryPeek(out var oldest) && now - oldest > Memory)
            _ends.Dequeue();
        _ends.Enqueue(now);
        return _ends.Count <= Pauses.Length ? Pauses[_ends.Count - 1] : null;
    }
}
