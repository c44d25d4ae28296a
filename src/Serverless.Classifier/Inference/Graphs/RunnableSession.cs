using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Inference.Preparation;

namespace Serverless.Classifier.Inference.Graphs;

/// <summary>A session, and the mapped weights that it reads, where it does.</summary>
internal sealed class RunnableSession(InferenceSession session, MappedWeights? weights) : IDisposable
{
    public InferenceSession Session { get; } = session;

    public void Dispose()
    {
        Session.Dispose();
        weights?.Dispose();
    }
}
