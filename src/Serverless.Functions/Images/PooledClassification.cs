using Serverless.Classifier;
using Serverless.Classifier.Errors;

namespace Serverless.Functions.Images;

/// <summary>Classifies what lies in a pooled buffer.</summary>
internal static class PooledClassification
{
    /// <summary>
    /// <see cref="ImageClassifier.ClassifyAsync"/> of a pooled image. A decode that is given up (nobody waits any more, or it takes too long) may
    /// read on for a while, so its buffer does not go back to the pool.
    /// </summary>
    public static async Task<Classification> ClassifyAsync(
        this ImageClassifier classifier, ImageBytes image, ClassificationRequest request, CancellationToken cancellation)
    {
        try
        {
            return await classifier.ClassifyAsync(image.Memory, request, cancellation);
        }
        catch (Exception givenUp) when (givenUp is OperationCanceledException || (givenUp as ClassifierException)?.Kind == ErrorKind.DecodeTimeout)
        {
            image.Abandon();
            throw;
        }
    }
}
