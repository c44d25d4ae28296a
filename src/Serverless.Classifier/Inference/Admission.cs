using Serverless.Classifier.Errors;

namespace Serverless.Classifier.Inference;

/// <summary>
/// The door: a bounded number of images is in work or waits, one more is refused at once. What is inside waits asynchronously for a core to
/// decode on and, at the <see cref="RunScheduler"/>, for the network, so a crowd holds memory that is known in advance and no thread.
/// </summary>
internal sealed class Admission(int capacity) : IDisposable
{
    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount);
    private int _inside;

    /// <summary>Images in work or waiting.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Takes a place inside; dispose it to leave.</summary>
    /// <exception cref="ClassifierException"><c>too_busy</c>: every place is taken.</exception>
    public Place Enter()
    {
        if (Interlocked.Increment(ref _inside) > capacity)
        {
            Interlocked.Decrement(ref _inside);
            throw new ClassifierException(ErrorKind.TooBusy, $"{capacity} images are in work or waiting; try again in a moment.");
        }

        return new Place(() => Interlocked.Decrement(ref _inside));
    }

    /// <summary>Decodes the image of a place on a thread of the pool when a core is free for it: beside the network, not before it.</summary>
    public async Task<T> DecodeAsync<T>(Place place, Func<T> decode, CancellationToken cancellation)
    {
        await _decoders.WaitAsync(cancellation);
        place.Begin();
        try
        {
            return await Task.Run(decode, cancellation);
        }
        finally
        {
            place.End();
            _decoders.Release();
        }
    }

    public void Dispose() => _decoders.Dispose();
}
