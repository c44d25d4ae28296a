using Azure.Storage.Blobs;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;
using Serverless.Functions.Images;
using Serverless.Functions.Results;
using Serverless.Functions.Storage;

namespace Serverless.Functions.ClassifyImage;

/// <summary>Classifies a stored image for a caller who waits; stores nothing.</summary>
public sealed class StoredImageClassification(ImageClassifier classifier, StorageClients storage, StoredImages images, TimeProvider time)
{
    /// <summary>A blob that is replaced faster than it can be read is given up.</summary>
    private const int Tries = 3;

    internal async Task<ResultDocument> RunAsync(string name, ClassificationRequest request, CancellationToken cancellation)
    {
        var blob = storage.ImagesNow.GetBlobClient(name);
        var (version, image) = await StorageCall.ForCallerAsync(() => ReadNewestAsync(blob, cancellation), cancellation);
        using (image)
        {
            var answer = await classifier.ClassifyAsync(image.Memory, request, cancellation);
            return ResultDocument.Classified(answer, ResultSource.OfBlob(blob.BlobContainerName, name, version), time);
        }
    }

    private async Task<(BlobVersion Version, ImageBytes Image)> ReadNewestAsync(BlobClient blob, CancellationToken cancellation)
    {
        for (var tries = 0; tries < Tries && await StoredImages.FindAsync(blob, cancellation) is { } version; tries++)
        {
            if (await images.ReadAsync(blob, version, cancellation) is { } image) return (version, image);
        }

        throw new ClassifierException(FunctionErrors.BlobNotFound, $"There is no blob '{blob.Name}' in the container '{blob.BlobContainerName}'.");
    }
}
