using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Serverless.Classifier.Telemetry;

namespace Serverless.Classifier.Inference;

/// <summary>One run of a session, for one or several images.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source of cancellation without timer and links holds nothing, and who leaves may reach for it after the run.")]
internal sealed class StartedRun(RunLine line, RunWidth width, IReadOnlyList<WaitingRun> images)
{
    private readonly CancellationTokenSource _allLeft = new();
    private int _left;

    /// <summary>The line that it serves.</summary>
    public RunLine Line => line;

    public RunWidth Width => width;

    /// <summary>One of the images is not waited for any more. Those of a batch cannot be taken out of it: it ends early when nobody waits for any.</summary>
    public void Leave()
    {
        if (Interlocked.Increment(ref _left) == images.Count)
        {
            _allLeft.Cancel();
        }
    }

    /// <summary>Runs the network and answers. Blocks; throws nothing.</summary>
    /// <param name="ended">Called when the cores are free again, before anybody is answered.</param>
    public void Execute(Action<StartedRun> ended)
    {
        var (answers, elapsed, failure) = Run();
        ended(this);
        for (var image = 0; image < images.Count; image++)
        {
            Answer(images[image], answers?[image], elapsed, failure);
        }
    }

    private (NetworkAnswer[]? Answers, TimeSpan Elapsed, Exception? Failure) Run()
    {
        var start = Stopwatch.GetTimestamp();
        Activity?[] spans = [];
        try
        {
            spans = ClassifierTelemetry.BeginRun(images);
            var answers = line.Network.RunBatch([.. images.Select(image => image.Request.Tensor)], line.Features, width, _allLeft.Token);
            var elapsed = Stopwatch.GetElapsedTime(start);
            ClassifierTelemetry.Inferred(line.Network.Identity.Name, line.Network.Device, images.Count, elapsed);
            return (answers, elapsed, null);
        }
        catch (Exception exception)
        {
            return (null, Stopwatch.GetElapsedTime(start), exception);
        }
        finally
        {
            ClassifierTelemetry.EndRun(spans);
        }
    }

    private static void Answer(WaitingRun image, NetworkAnswer? answer, TimeSpan elapsed, Exception? failure)
    {
        // Not Dispose: that would wait for a Leave that is under way on another thread.
        image.Registration.Unregister();
        image.Request.Place.End();
        if (image.Cancellation.IsCancellationRequested)
        {
            image.Completion.SetCanceled(image.Cancellation);
        }
        else if (answer is null)
        {
            image.Completion.SetException(failure!);
        }
        else
        {
            image.Completion.SetResult(new(answer, elapsed));
        }
    }
}
