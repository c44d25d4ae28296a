using Microsoft.AspNetCore.Http;
using Serverless.Classifier;
using Serverless.Functions.Images;
using Serverless.Functions.Results;

namespace Serverless.Functions.ClassifyImage;

/// <summary>Classifies an image whose bytes come with the request, whatever its content type says.</summary>
public sealed class UploadedImageClassification(ImageClassifier classifier, UploadedImages images, TimeProvider time)
{
    /// <summary>The request's body is the image.</summary>
    internal Task<ResultDocument> RunAsync(HttpRequest request, ClassificationRequest wanted, CancellationToken cancellation) =>
        RunAsync(request.Body, request.ContentLength, longest: request.ContentLength, file: null, wanted, cancellation);

    /// <summary>Reads a stream to its end and classifies what came.</summary>
    /// <param name="body">The encoded image.</param>
    /// <param name="announced">Its size where the caller said so: too large a one is refused before a byte is read.</param>
    /// <param name="longest">The most that it can have, where that is known: as much room is taken of the budget.</param>
    /// <param name="file">Its name, for the document's source; null leaves the source out.</param>
    /// <param name="wanted">Which model and how many predictions.</param>
    /// <param name="cancellation">Ends the work.</param>
    internal async Task<ResultDocument> RunAsync(
        Stream body, long? announced, long? longest, string? file, ClassificationRequest wanted, CancellationToken cancellation)
    {
        using var image = await images.ReadAsync(body, announced, longest, cancellation);
        var answer = await classifier.ClassifyAsync(image.Memory, wanted, cancellation);
        return ResultDocument.Classified(answer, file is null ? null : ResultSource.OfFile(file, image.Length), time);
    }
}
