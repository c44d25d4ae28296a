using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;
using Serverless.Functions.Json;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Results;

/// <summary>
/// Leaves notes about failures beside the result documents, in blobs of their own: none is in the way of an answer, and none can replace one.
/// Whatever goes wrong here is logged and changes nothing.
/// </summary>
public sealed partial class FailureNotes(StorageClients storage, TimeProvider time, ILogger<FailureNotes> log)
{
    /// <summary>Above this notes are left and not remembered: in a long outage they are many, and an old one does no harm.</summary>
    private const int Remembered = 10_000;

    /// <summary>What this process has left. Asking storage after each success would cost every image a call for the sake of very few.</summary>
    private readonly ConcurrentDictionary<string, bool> _left = new();

    /// <summary>Says why an image was given up; over the note of an earlier try.</summary>
    public async Task LeaveAsync(string blob, BlobVersion? version, Exception failure)
    {
        var note = new FailureNote(1, storage.Images.Name, blob, version?.ETag, Code(failure), Message(failure), time.GetUtcNow());
        try
        {
            var json = BinaryData.FromBytes(AnswerJson.Serialize(note));
            var upload = new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" } };
            // With little patience: the invocation has waited long enough.
            await Client(blob).UploadAsync(json, upload, CancellationToken.None);
            if (_left.Count < Remembered) _left[blob] = true;
        }
        catch (Exception problem)
        {
            LogNotLeft(blob, new(problem));
        }
    }

    /// <summary>The image was answered after all.</summary>
    public async Task WithdrawAsync(string blob)
    {
        if (!_left.TryRemove(blob, out _)) return;
        try
        {
            await Client(blob).DeleteIfExistsAsync(cancellationToken: CancellationToken.None);
        }
        catch (Exception problem)
        {
            LogNotWithdrawn(blob, new(problem));
        }
    }

    private BlobClient Client(string blob) => storage.ResultsNow.GetBlobClient(ResultName.OfNote(blob));

    private static string Code(Exception failure) => failure switch
    {
        ClassifierException named => named.Kind.Code,
        _ when StorageFailure.CanMend(failure, CancellationToken.None) => FunctionErrors.StorageUnavailable.Code,
        _ => FunctionErrors.Internal.Code,
    };

    /// <summary>With storage's own sentence: an operator knows the number of a status less well.</summary>
    private static string Message(Exception failure) => failure is RequestFailedException { Status: > 0 } refused
        ? $"{refused.Message.Split('\n', 2)[0].Trim()} ({new FailureSummary(refused)})"
        : new FailureSummary(failure).ToString();

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Blob} is given up, and no note could be left that says why: {Problem}")]
    private partial void LogNotLeft(string blob, FailureSummary problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Blob} was answered; the note about its earlier failure stays: {Problem}")]
    private partial void LogNotWithdrawn(string blob, FailureSummary problem);
}
