using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Inference.Graphs;

namespace Serverless.Classifier.Inference;

/// <summary>
/// A second session of a model, with one thread, for runs beside each other. It is made when a crowd first asks for it, in the background: until it is there,
/// and for good where it cannot be had, runs take all threads.
/// </summary>
internal sealed class OneThreadSession(ModelSession model) : IDisposable
{
    private readonly Lock _gate = new();
    private Task<RunnableSession>? _making;

    /// <summary>Whether it is there; if nobody has asked before, its making begins.</summary>
    public bool IsReady
    {
        get
        {
            lock (_gate)
            {
                _making ??= model.CanRepeat ? Task.Factory.StartNew(model.Repeat, TaskCreationOptions.LongRunning) : Never();
                return _making.IsCompletedSuccessfully;
            }
        }
    }

    /// <summary>The session, once <see cref="IsReady"/>.</summary>
    public InferenceSession Session => _making!.Result.Session;

    public void Dispose()
    {
        lock (_gate)
        {
            _making ??= Never();
        }

        _ = _making.ContinueWith(made => made.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _ = _making.ContinueWith(failed => failed.Exception, TaskContinuationOptions.OnlyOnFaulted);
    }

    private static Task<RunnableSession> Never() => Task.FromCanceled<RunnableSession>(new CancellationToken(canceled: true));
}
