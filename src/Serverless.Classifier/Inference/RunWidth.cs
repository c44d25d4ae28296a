namespace Serverless.Classifier.Inference;

/// <summary>With how many threads a run computes.</summary>
internal enum RunWidth
{
    /// <summary>One run with a thread a core: the shortest latency.</summary>
    AllThreads,

    /// <summary>One thread, beside other runs of that kind: the highest throughput where no batch does better.</summary>
    OneThread,
}
