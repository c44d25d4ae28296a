using System.Diagnostics;

namespace Serverless.Classifier.Inference;

/// <summary>What is asked of the network for one image.</summary>
/// <param name="Network">The session; whoever asks holds a lease on it until he has the answer.</param>
/// <param name="Tensor">The image; not to be changed before the answer is there.</param>
/// <param name="Features">Names of further tensors that are wanted beside the classes.</param>
/// <param name="Place">The image's place inside.</param>
/// <param name="IsCovered">Whether it is a covered copy for an explanation: these stand in a line of their own.</param>
internal sealed record RunRequest(INetwork Network, ReadOnlyMemory<float> Tensor, IReadOnlyList<string> Features, Place Place, bool IsCovered = false);

/// <summary>What was asked, answered.</summary>
/// <param name="Answer">What the network gave for the image.</param>
/// <param name="Elapsed">How long the run took that the image was part of.</param>
internal sealed record RunResult(NetworkAnswer Answer, TimeSpan Elapsed);

/// <summary>A request that waits for its run or is part of one. The scheduler's gate guards what changes.</summary>
internal sealed class WaitingRun(RunRequest request, long since, CancellationToken cancellation)
{
    public RunRequest Request => request;

    public CancellationToken Cancellation => cancellation;

    /// <summary>Since when it waits, a timestamp.</summary>
    public long Since => since;

    /// <summary>The span of the image, whose part the run is.</summary>
    public ActivityContext Span { get; } = Activity.Current?.Context ?? default;

    public TaskCompletionSource<RunResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CancellationTokenRegistration Registration { get; set; }

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool HasLeft { get; set; }

    /// <summary>The line that it stands in; null once it has left it.</summary>
    public RunLine? Line { get; set; }

    /// <summary>The run that it became part of.</summary>
    public StartedRun? Run { get; set; }
}
