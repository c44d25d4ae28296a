namespace Serverless.Classifier.Inference;

/// <summary>What the scheduler knows of a session.</summary>
internal interface INetwork
{
    /// <summary>Name and checksum of its model.</summary>
    ModelIdentity Identity { get; }

    /// <summary>Where it runs.</summary>
    InferenceDevice Device { get; }

    /// <summary>How many images a run takes best; 1 where a batch gains nothing.</summary>
    int BestBatch { get; }

    /// <summary>Whether runs of a width can begin now. Asked for the first time, what <see cref="RunWidth.OneThread"/> needs is begun to be made.</summary>
    bool IsReadyFor(RunWidth width);

    /// <summary>Runs the network on several images at once.</summary>
    /// <param name="tensors">The images' tensors.</param>
    /// <param name="features">Names of the tensors that are wanted beside the classes; the first axis of each is the batch.</param>
    /// <param name="width">With how many threads; <see cref="RunWidth.OneThread"/> only after <see cref="IsReadyFor"/> it.</param>
    /// <param name="cancellation">Stops the run between two nodes of the graph.</param>
    /// <returns>An answer an image, in their order.</returns>
    NetworkAnswer[] RunBatch(
        IReadOnlyList<ReadOnlyMemory<float>> tensors, IReadOnlyList<string> features, RunWidth width, CancellationToken cancellation);
}
