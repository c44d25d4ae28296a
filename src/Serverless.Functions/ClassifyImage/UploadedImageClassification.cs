using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;
using Serverless.Functions.Images;
using Serverless.Functions.Results;

namespace Serverless.Functions.ClassifyImage;

/// <summary>Classifies an image whose bytes come with the request, whatever its content type says.</summary>
public sealed class UploadedImageClassification(
    ImageClassifier classifier, UploadBudget budget, IOptions<ClassifierOptions> options, TimeProvider time)
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
        var limit = options.Value.MaxImageBytes;
        if (announced > limit) throw StoredImages.TooManyBytes(announced, limit);
        using var room = budget.Take(Math.Min(limit, longest ?? limit));
        using var image = await ReadAsync(body, announced, limit, cancellation) ?? throw StoredImages.TooManyBytes(announced, limit);
        var answer = await classifier.ClassifyAsync(image.Memory, wanted, cancellation);
        return ResultDocument.Classified(answer, file is null ? null : ResultSource.OfFile(file, image.Length), time);
    }

    private static async Task<ImageBytes?> ReadAsync(Stream body, long? announced, long limit, CancellationToken cancellation)
    {
        try
        {
            return await ImageBytes.ReadAsync(body, announced, limit, cancellation);
        }
        catch (Exception cutOff) when (cutOff is IOException or InvalidDataException)
        {
            throw new ClassifierException(FunctionErrors.InvalidRequest, "The request's body ends too early.", cutOff);
        }
    }
}
