using Serverless.Classifier.Models;

namespace Serverless.Classifier.Imaging;

/// <summary>Image bytes in, the network's input tensor out.</summary>
public sealed class ImagePreprocessor(ImageLimits limits)
{
    /// <summary>Refuses what is not a decodable image within the limits, from its header alone; decodes nothing.</summary>
    public ImageFacts Inspect(ReadOnlyMemory<byte> image) => throw new NotImplementedException(limits.ToString() + image.Length);

    /// <summary>Decodes, resizes and normalises one image.</summary>
    /// <param name="image">The encoded image; the format is told from its first bytes.</param>
    /// <param name="input">The model's input, from its manifest.</param>
    /// <param name="layout">Order of the axes that the graph wants.</param>
    /// <param name="tensor">Receives 3 x height x width float32 values.</param>
    /// <param name="cancellation">Ends the decode early.</param>
    /// <exception cref="Errors.ClassifierException">The image is refused; the kind says why.</exception>
    public ImageFacts Preprocess(ReadOnlyMemory<byte> image, ModelInput input, TensorLayout layout, Span<float> tensor, CancellationToken cancellation) =>
        throw new NotImplementedException();
}
