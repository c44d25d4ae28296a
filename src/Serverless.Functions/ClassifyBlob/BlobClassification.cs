using System.Diagnostics;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Telemetry;
using Serverless.Functions.Errors;
using Serverless.Functions.Images;
using Serverless.Functions.Patience;
using Serverless.Functions.Results;
using Serverless.Functions.Storage;
using Serverless.Functions.Telemetry;

namespace Serverless.Functions.ClassifyBlob;

/// <summary>One blob, from its name to its result document.</summary>
/// <remarks>
/// <list type="number">
/// <item>Find the blob's version that is there now. A blob that was deleted meanwhile is no error and leaves nothing.</item>
/// <item>Find its result. One that answers this very version ends the work: invocations come at least once, often twice.</item>
/// <item>Download that version; its size is looked at before a byte is read.</item>
/// <item>Classify. What no retry can mend becomes a document as well.</item>
/// <item>Write the document if the image is still that version and the result still what step 2 saw.</item>
/// </list>
/// The order of step 5 is what keeps an older answer from replacing a newer one: the result was seen before the image is checked, so whoever
/// writes for a newer version after that check makes the conditional write fail. A version that was replaced meanwhile is left and the newest is
/// classified in its place, from step 1 and after a pause; the newer event then finds its work done.
/// The host's own five tries follow each other without a pause, so what time can mend is waited for here. What stays broken is thrown, and a
/// note beside the results says why, for whoever looks at the poison queue.
/// </remarks>
public sealed partial class BlobClassification(
    ImageClassifier classifier,
    StorageClients storage,
    StoredImages images,
    ResultStore results,
    FailureNotes notes,
    IOptions<PatienceOptions> patience,
    TimeProvider time,
    ILogger<BlobClassification> log)
{
    private enum Outcome
    {
        Written,
        AlreadyThere,
        Gone,
    }

    /// <summary>Classifies the blob's newest version and leaves its document, unless it is there already.</summary>
    /// <exception cref="ClassifierException">The classifier cannot serve, and waiting did not help.</exception>
    /// <exception cref="Azure.RequestFailedException">Storage does not serve, and waiting did not help.</exception>
    public async Task RunAsync(string name, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var pauses = new PausePolicy(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(patience.Value.BlobPatienceSeconds));
        var perseverance = new Perseverance(
            pauses, time, failure => CanMend(failure, cancellation), (failure, pause) => LogWaiting(name, new(failure), pause.TotalSeconds));

        BlobVersion? version = null;
        Outcome outcome;
        try
        {
            outcome = await FunctionTelemetry.ObserveBlobAsync(
                storage.Images.Name,
                name,
                span => perseverance.DoAsync(() => TryAsync(name, found => version = found, perseverance, span, cancellation), cancellation));
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            await notes.LeaveAsync(name, version, failure);
            throw;
        }

        await notes.WithdrawAsync(name);
        var elapsed = time.GetElapsedTime(start).TotalMilliseconds;
        LogDone(name, outcome, elapsed);
    }

    private async Task<Outcome> TryAsync(
        string name, Action<BlobVersion> found, Perseverance perseverance, Activity? span, CancellationToken cancellation)
    {
        var blob = storage.Images.GetBlobClient(name);
        // 1.
        if (await perseverance.DoAsync(() => StoredImages.FindAsync(blob, cancellation), cancellation) is not { } version) return Outcome.Gone;
        found(version);
        // 2.
        var stored = await perseverance.DoAsync(() => results.FindAsync(name, cancellation), cancellation);
        if (stored.Answers == version.ETag) return Outcome.AlreadyThere;
        // 3. and 4.
        if (await AnswerAsync(blob, version, perseverance, cancellation) is not { } document) throw new OvertakenException(name);
        // 5.
        if (await perseverance.DoAsync(() => StoredImages.FindAsync(blob, cancellation), cancellation) != version) throw new OvertakenException(name);
        if (!await FunctionTelemetry.ObserveAsync("write result", () =>
            perseverance.DoAsync(() => results.TryWriteAsync(document, name, version, stored, cancellation), cancellation))) throw new OvertakenException(name);

        span?.SetTag(ClassifierTelemetry.ModelAttribute, document.Model?.Name).SetTag(ClassifierTelemetry.ErrorAttribute, document.Error?.Code);
        LogAnswered(name, document);
        return Outcome.Written;
    }

    /// <summary>The document for this version; null when it is not there any more.</summary>
    private async Task<ResultDocument?> AnswerAsync(BlobClient blob, BlobVersion version, Perseverance perseverance, CancellationToken cancellation)
    {
        var source = ResultSource.OfBlob(blob.BlobContainerName, blob.Name, version);
        try
        {
            using var image = await FunctionTelemetry.ObserveAsync("read image", () =>
                perseverance.DoAsync(() => images.ReadAsync(blob, version, cancellation), cancellation));
            if (image is null) return null;
            var answer = await perseverance.DoAsync(
                () => classifier.ClassifyAsync(image.Memory, new ClassificationRequest { LoadPatience = perseverance.Left }, cancellation), cancellation);
            return ResultDocument.Classified(answer, source, time);
        }
        // A model that is not there is a fault of the deployment: it must not turn images away for good.
        catch (ClassifierException refused) when (refused.Kind.IsAboutTheImage)
        {
            return ResultDocument.Rejected(refused, source, time);
        }
    }

    private static bool CanMend(Exception failure, CancellationToken cancellation) => failure switch
    {
        ClassifierException { Kind.CanRetry: var canRetry } => canRetry,
        OvertakenException => true,
        _ => StorageFailure.CanMend(failure, cancellation),
    };

    /// <summary>The image or its result changed while this version was in work: the newest is looked for after a pause.</summary>
    private sealed class OvertakenException(string name) : Exception($"{name} or its result was replaced meanwhile");

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Blob} waits {Pause:0.0} s: {Problem}")]
    private partial void LogWaiting(string blob, FailureSummary problem, double pause);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Blob}: {Answer}")]
    private partial void LogAnswered(string blob, ResultDocument answer);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Blob}: {Outcome} after {Elapsed:0} ms")]
    private partial void LogDone(string blob, Outcome outcome, double elapsed);
}
