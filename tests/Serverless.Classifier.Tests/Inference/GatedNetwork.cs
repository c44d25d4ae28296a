using System.Collections.Concurrent;
using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Tests.Inference;

/// <summary>A network whose runs wait until the test lets them end. Its classes are the tensor itself; a NaN in it makes the run fail.</summary>
internal sealed class GatedNetwork(string name) : INetwork, IDisposable
{
    private readonly SemaphoreSlim _mayEnd = new(0);

    public ModelIdentity Identity { get; } = new(name, "");

    public InferenceDevice Device => InferenceDevice.Cpu;

    public int BestBatch { get; init; } = 1;

    public bool CanTakeOneThread { get; init; }

    /// <summary>Its runs in the order of their begin: the first value of each image, and the width.</summary>
    public ConcurrentQueue<(float[] Images, RunWidth Width)> Runs { get; } = new();

    /// <summary>Told of every begin, for the order among several networks.</summary>
    public Action<string> Begun { get; init; } = _ => { };

    /// <summary>Lets further runs end.</summary>
    public void LetEnd(int runs = 1) => _mayEnd.Release(runs);

    public bool IsReadyFor(RunWidth width) => width == RunWidth.AllThreads || CanTakeOneThread;

    public NetworkAnswer[] RunBatch(
        IReadOnlyList<ReadOnlyMemory<float>> tensors, IReadOnlyList<string> features, RunWidth width, CancellationToken cancellation)
    {
        Begun(name);
        Runs.Enqueue(([.. tensors.Select(tensor => tensor.Span[0])], width));
        _mayEnd.Wait(cancellation);
        return tensors.Any(tensor => float.IsNaN(tensor.Span[0]))
            ? throw new InvalidOperationException("the run failed")
            : [.. tensors.Select(tensor => new NetworkAnswer(tensor.ToArray(), [.. features.Select(feature => new OutputTensor([1], tensor.ToArray()))]))];
    }

    public void Dispose() => _mayEnd.Dispose();
}
