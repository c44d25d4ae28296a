using System.Collections.Concurrent;

namespace Serverless.Classifier.Inference;

/// <summary>
/// The threads that runs block: as many as there were runs at the same time. Threads of the pool would be taken by decodes, behind which a run
/// would wait while the network's cores are free.
/// </summary>
internal sealed class RunThreads : IDisposable
{
    private readonly BlockingCollection<Action> _begun = [];
    private int _free;

    /// <summary>Has a run done at once, on a thread that is free or a new one.</summary>
    public void Begin(Action run)
    {
        if (Interlocked.Decrement(ref _free) < 0)
        {
            Interlocked.Increment(ref _free);
            // Without the context of whoever came last: the spans of a run are those of its images.
            new Thread(Work) { IsBackground = true, Name = "Running a network" }.UnsafeStart();
        }

        _begun.Add(run);
    }

    /// <summary>Ends the threads once they are free.</summary>
    public void Dispose() => _begun.CompleteAdding();

    private void Work()
    {
        foreach (var run in _begun.GetConsumingEnumerable())
        {
            run();
            Interlocked.Increment(ref _free);
        }
    }
}
