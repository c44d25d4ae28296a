using Serverless.Classifier.Errors;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Features;

/// <summary>Makes features from the one tensor of the graph that they need.</summary>
internal sealed class FeatureExtractor
{
    private readonly FeatureRequest _request;
    private readonly bool _isPooled;

    /// <summary>Looks at what was asked before any work is done for it.</summary>
    /// <exception cref="ArgumentException">A whole map is to be normalised.</exception>
    /// <exception cref="ClassifierException"><c>not_offered</c>: the manifest does not name what it needs.</exception>
    public FeatureExtractor(ModelFolder model, FeatureRequest request)
    {
        _request = request;
        if (request is { Pooling: PoolingKind.None, Normalize: true })
        {
            throw new ArgumentException("a feature map is not normalised, only a vector", nameof(request));
        }

        var features = model.Manifest.Features;
        // The graph's own average where there is one: it is what its next layer gets.
        _isPooled = request.Pooling == PoolingKind.Avg && features?.Vector is not null;
        Tensor = (_isPooled ? features?.Vector : features?.Map) ?? throw new ClassifierException(
            ErrorKind.NotOffered, $"The model {model.Manifest.Name} offers no features {Offer(features)}: its manifest does not name them.");
    }

    /// <summary>The tensor that it needs.</summary>
    public string Tensor { get; }

    /// <summary>The features.</summary>
    /// <param name="tensor">The values of <see cref="Tensor"/>.</param>
    /// <returns>[channels], or [rows, columns, channels] without pooling.</returns>
    public (int[] Shape, float[] Values) Extract(OutputTensor tensor)
    {
        if (_request.Pooling == PoolingKind.None)
        {
            return ([tensor.Shape[1], tensor.Shape[2], tensor.Shape[0]], Pooling.ChannelsLast(tensor));
        }

        var vector = _isPooled ? tensor.Values : _request.Pooling == PoolingKind.Max ? Pooling.Max(tensor) : Pooling.Average(tensor);
        if (_request.Normalize)
        {
            Pooling.Normalize(vector);
        }

        return ([vector.Length], vector);
    }

    private static string Offer(ModelFeatures? features) => features?.Vector is null ? "at all" : "but pooling avg";
}
