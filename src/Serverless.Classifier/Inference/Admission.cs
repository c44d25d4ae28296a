using Serverless.Classifier.Errors;
using Serverless.Classifier.Telemetry;

namespace Serverless.Classifier.Inference;

/// <summary>
/// The door: a bounded number of images is in work or waits, one more is refused at once. What is inside waits asynchronously for a core to
/// decode on and for its turn at the network, so a crowd holds memory that is known in advance and no thread.
/// </summary>
internal sealed class Admission(int concurrency, int waiting) : IDisposable
{
    private readonly int _capacity = concurrency + waiting;
    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount);
    private readonly SemaphoreSlim _runners = new(concurrency);
    private int _inside;

    /// <summary>Images in work or waiting.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Takes a place inside; dispose it to leave.</summary>
    /// <exception cref="ClassifierException"><c>too_busy</c>: every place is taken.</exception>
    public Place Enter()
    {
        if (Interlocked.Increment(ref _inside) > _capacity)
        {
            Interlocked.Decrement(ref _inside);
            throw new ClassifierException(ErrorKind.TooBusy, $"{_capacity} images are in work or waiting; try again in a moment.");
        }

        ClassifierTelemetry.Waiting(1);
        return new Place(this);
    }

    /// <summary>Decodes on a thread of the pool when a core is free for it.</summary>
    public Task<T> DecodeAsync<T>(Func<T> decode, CancellationToken cancellation) => RunAsync(_decoders, decode, cancellation);

    /// <summary>Runs the network on a thread of the pool when it is this image's turn.</summary>
    public Task<T> InferAsync<T>(Func<T> infer, CancellationToken cancellation) => RunAsync(_runners, infer, cancellation);

    public void Dispose()
    {
        _decoders.Dispose();
        _runners.Dispose();
    }

    private static async Task<T> RunAsync<T>(SemaphoreSlim gate, Func<T> work, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        Move(toWork: 1);
        try
        {
            return await Task.Run(work, cancellation);
        }
        finally
        {
            Move(toWork: -1);
            gate.Release();
        }
    }

    private static void Move(int toWork)
    {
        ClassifierTelemetry.Waiting(-toWork);
        ClassifierTelemetry.Working(toWork);
    }

    /// <summary>A place inside.</summary>
    public readonly struct Place(Admission admission) : IDisposable
    {
        public void Dispose()
        {
            ClassifierTelemetry.Waiting(-1);
            Interlocked.Decrement(ref admission._inside);
        }
    }
}
