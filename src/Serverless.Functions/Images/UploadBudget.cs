using Serverless.Classifier.Errors;

namespace Serverless.Functions.Images;

/// <summary>
/// How many bytes of uploads are in memory at the same time. The classifier's own door comes after the bytes; without this one a crowd of large
/// uploads would take all memory before it is asked.
/// </summary>
/// <param name="limit">Bytes together; a single upload is taken whatever its size.</param>
public sealed class UploadBudget(long limit)
{
    private readonly Lock _lock = new();
    private long _taken;

    /// <summary>Bytes that are taken now.</summary>
    internal long Taken
    {
        get
        {
            lock (_lock) return _taken;
        }
    }

    /// <summary>Takes room for an upload; dispose it to give the room back.</summary>
    /// <param name="bytes">The most that it can have.</param>
    /// <exception cref="ClassifierException"><c>too_busy</c>: there is no room now.</exception>
    internal Room Take(long bytes)
    {
        lock (_lock)
        {
            if (_taken > 0 && _taken + bytes > limit)
                throw new ClassifierException(ErrorKind.TooBusy, "The uploads of others take all the room that there is for them; try again in a moment.");
            _taken += bytes;
        }

        return new Room(this, bytes);
    }

    private void GiveBack(long bytes)
    {
        lock (_lock) _taken -= bytes;
    }

    /// <summary>Room that was taken.</summary>
    internal readonly struct Room(UploadBudget budget, long bytes) : IDisposable
    {
        public void Dispose() => budget.GiveBack(bytes);
    }
}
