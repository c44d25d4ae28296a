using Microsoft.Extensions.Options;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;

namespace Serverless.Functions.Images;

/// <summary>Reads images whose bytes come with a request.</summary>
public sealed class UploadedImages(IOptions<ClassifierOptions> options)
{
    /// <summary>Reads a stream to its end.</summary>
    /// <param name="body">The encoded image.</param>
    /// <param name="announced">Its size where the caller said so: too large a one is refused before a byte is read.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ClassifierException">It is too large, or ends too early.</exception>
    public async Task<ImageBytes> ReadAsync(Stream body, long? announced, CancellationToken cancellation)
    {
        var limit = options.Value.MaxImageBytes;
        try
        {
            return await ImageBytes.ReadAsync(body, announced, limit, cancellation) ?? throw StoredImages.TooManyBytes(announced, limit);
        }
        catch (Exception cutOff) when (cutOff is IOException or InvalidDataException)
        {
            throw new ClassifierException(FunctionErrors.InvalidRequest, "The request's body ends too early.", cutOff);
        }
    }
}
