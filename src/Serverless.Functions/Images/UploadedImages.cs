using Microsoft.Extensions.Options;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;

namespace Serverless.Functions.Images;

/// <summary>Reads images whose bytes come with a request, within the room that there is for all of them together.</summary>
public sealed class UploadedImages(UploadBudget budget, IOptions<ClassifierOptions> options)
{
    /// <summary>Reads a stream to its end.</summary>
    /// <param name="body">The encoded image.</param>
    /// <param name="announced">Its size where the caller said so: too large a one is refused before a byte is read.</param>
    /// <param name="longest">The most that it can have, where that is known: as much room is taken of the budget.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ClassifierException">It is too large, ends too early, or there is no room for it now.</exception>
    internal async Task<UploadedImage> ReadAsync(Stream body, long? announced, long? longest, CancellationToken cancellation)
    {
        var limit = options.Value.MaxImageBytes;
        if (announced > limit) throw StoredImages.TooManyBytes(announced, limit);
        var room = budget.Take(Math.Min(limit, longest ?? limit));
        try
        {
            var bytes = await ImageBytes.ReadAsync(body, announced, limit, cancellation) ?? throw StoredImages.TooManyBytes(announced, limit);
            return new UploadedImage(bytes, room);
        }
        catch (Exception failure)
        {
            room.Dispose();
            if (failure is IOException or InvalidDataException)
                throw new ClassifierException(FunctionErrors.InvalidRequest, "The request's body ends too early.", failure);
            throw;
        }
    }
}

/// <summary>An uploaded image and the room that it takes, until it is disposed.</summary>
internal sealed class UploadedImage(ImageBytes bytes, UploadBudget.Room room) : IDisposable
{
    /// <summary>The bytes; not to be used after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Memory => bytes.Memory;

    /// <summary>Size in bytes.</summary>
    public int Length => bytes.Length;

    public void Dispose()
    {
        bytes.Dispose();
        room.Dispose();
    }
}
