using Serverless.Classifier.Telemetry;

namespace Serverless.Classifier.Inference;

/// <summary>An image's place inside: it waits unless something is done for it. Dispose it to leave.</summary>
internal sealed class Place : IDisposable
{
    private readonly Action _leave;
    private int _atWork;

    /// <summary>Takes the place.</summary>
    /// <param name="leave">Called once it is left.</param>
    public Place(Action leave)
    {
        _leave = leave;
        ClassifierTelemetry.Waiting(1);
    }

    /// <summary>Something begins to be done for the image; several things may be at the same time.</summary>
    public void Begin()
    {
        if (Interlocked.Increment(ref _atWork) == 1)
        {
            Move(toWork: 1);
        }
    }

    /// <summary>One of the things that were done for the image is over.</summary>
    public void End()
    {
        if (Interlocked.Decrement(ref _atWork) == 0)
        {
            Move(toWork: -1);
        }
    }

    public void Dispose()
    {
        ClassifierTelemetry.Waiting(-1);
        _leave();
    }

    private static void Move(int toWork)
    {
        ClassifierTelemetry.Waiting(-toWork);
        ClassifierTelemetry.Working(toWork);
    }
}
