using Serverless.Classifier.Models;

namespace Serverless.Classifier;

/// <summary>Image bytes in, ranked labels out: the one public door.</summary>
public sealed class ImageClassifier
{
    /// <summary>Classifies one image.</summary>
    /// <param name="image">The encoded image (JPEG, PNG, GIF, WebP, TIFF or BMP), told from its first bytes.</param>
    /// <param name="request">Which model and how many predictions.</param>
    /// <param name="cancellation">Ends the work when nobody waits for it any more.</param>
    /// <exception cref="Errors.ClassifierException">The image or the request is refused, or cannot be served now; the kind says why.</exception>
    public Task<Classification> ClassifyAsync(ReadOnlyMemory<byte> image, ClassificationRequest request, CancellationToken cancellation) =>
        throw new NotImplementedException();

    /// <summary>Every model of the models folder, the default one first.</summary>
    public IReadOnlyList<ModelSummary> Models => throw new NotImplementedException();

    /// <summary>Whether the default model is loaded and warmed up; the reason why not otherwise.</summary>
    public bool IsReady(out string? reason) => throw new NotImplementedException();
}
