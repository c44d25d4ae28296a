using Serverless.Classifier.Errors;

namespace Serverless.Classifier.Imaging.Decoding;

/// <summary>The time limit of one decode together with its caller's cancellation.</summary>
/// <remarks>
/// Row by row decoding asks <see cref="Check"/> between rows. A library that is at work on a whole picture is told by
/// <see cref="OnEnd"/>, from another thread.
/// </remarks>
internal sealed class DecodeDeadline(TimeSpan limit, TimeProvider time, CancellationToken cancellation) : IDisposable
{
    private readonly long _start = time.GetTimestamp();
    private readonly Lock _gate = new();
    private Action? _onEnd;
    private volatile bool _timeIsUp;
    private ITimer? _timer;
    private CancellationTokenRegistration _registration;

    /// <summary>Throws when the time is up or nobody waits for the image any more.</summary>
    /// <exception cref="OperationCanceledException">The caller has cancelled.</exception>
    /// <exception cref="ClassifierException"><see cref="ErrorKind.DecodeTimeout"/>.</exception>
    public void Check()
    {
        cancellation.ThrowIfCancellationRequested();
        if (_timeIsUp || time.GetElapsedTime(_start) >= limit)
            throw new ClassifierException(
                ErrorKind.DecodeTimeout,
                FormattableString.Invariant($"The image was not decoded within {limit.TotalSeconds:0.###} s; ") +
                "send a smaller one, or a baseline JPEG.");
    }

    /// <summary>Has something done, once, when the time is up or the caller cancels; not after <see cref="Dispose"/>.</summary>
    public void OnEnd(Action interrupt)
    {
        _onEnd = interrupt;
        _timer = time.CreateTimer(_ => { _timeIsUp = true; Interrupt(); }, null, Left(), Timeout.InfiniteTimeSpan);
        _registration = cancellation.Register(Interrupt);
    }

    public void Dispose()
    {
        lock (_gate)
            _onEnd = null;
        _timer?.Dispose();
        _registration.Dispose();
    }

    private TimeSpan Left() => TimeSpan.FromTicks(Math.Max(0, (limit - time.GetElapsedTime(_start)).Ticks));

    private void Interrupt()
    {
        lock (_gate)
        {
            _onEnd?.Invoke();
            _onEnd = null;
        }
    }
}
