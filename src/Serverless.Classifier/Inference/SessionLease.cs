namespace Serverless.Classifier.Inference;

/// <summary>The use of a session: its memory is not given back before this is disposed.</summary>
internal sealed class SessionLease(ModelSession session, Action leave) : IDisposable
{
    private Action? _leave = leave;

    /// <summary>The session; not to be used after <see cref="Dispose"/>.</summary>
    public ModelSession Session { get; } = session;

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
