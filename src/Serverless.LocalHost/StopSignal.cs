using System.Diagnostics.CodeAnalysis;

namespace Serverless.LocalHost;

/// <summary>Says once, to all who ask, that it is time to stop.</summary>
// A source without a timer and without linked sources holds nothing that would need disposal, and its token may be asked at any time.
[SuppressMessage("Design", "CA1001", Justification = "Nothing to dispose of.")]
internal sealed class StopSignal
{
    private readonly CancellationTokenSource _source = new();
    private readonly TaskCompletionSource _given = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CancellationToken Token => _source.Token;

    public bool IsGiven => _source.IsCancellationRequested;

    /// <summary>Completes when the signal is given.</summary>
    public Task Given => _given.Task;

    public void Give()
    {
        _given.TrySetResult();
        _source.Cancel();
    }
}
