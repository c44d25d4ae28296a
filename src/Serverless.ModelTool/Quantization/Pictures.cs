using System.Runtime.CompilerServices;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Inference;
using Serverless.ModelTool.Classification;

namespace Serverless.ModelTool.Quantization;

/// <summary>Picture files as a network gets them, one after the other; the next one is decoded while one is in the network.</summary>
/// <param name="Files">Paths.</param>
internal sealed record Pictures(IReadOnlyList<string> Files)
{
    private static readonly ImageLimits Limits = new();
    private static readonly ImagePreprocessor Preprocessor = new(Limits);

    /// <summary>The pictures' tensors for a model.</summary>
    /// <param name="session">The model.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <returns>For each file the tensor, or null where it is no picture that can be read.</returns>
    public async IAsyncEnumerable<float[]?> TensorsAsync(ModelSession session, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Queue<Task<float[]?>> started = [];
        foreach (var file in Files)
        {
            started.Enqueue(Task.Run(() => DecodeAsync(file, session, cancellation), cancellation));
            if (started.Count > 1)
            {
                yield return await started.Dequeue();
            }
        }

        while (started.TryDequeue(out var tensor))
        {
            yield return await tensor;
        }
    }

    private static async Task<float[]?> DecodeAsync(string file, ModelSession session, CancellationToken cancellation)
    {
        try
        {
            var tensor = new float[session.TensorLength];
            var image = await ImageFiles.ReadAsync(file, Limits.MaxImageBytes, cancellation);
            Preprocessor.Preprocess(image, session.Model.Manifest.Input, session.Layout, tensor, cancellation);
            return tensor;
        }
        catch (Exception exception) when (exception is ModelToolException or ClassifierException)
        {
            return null;
        }
    }
}
