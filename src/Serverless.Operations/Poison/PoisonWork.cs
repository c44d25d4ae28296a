using System.Runtime.CompilerServices;
using Azure;
using Serverless.Functions.Results;
using Serverless.Operations.Storage;

namespace Serverless.Operations.Poison;

/// <summary>What became of a message.</summary>
internal enum MessageFate
{
    /// <summary>Its blob was put back to work.</summary>
    Retried,

    /// <summary>Its blob had its answer already.</summary>
    Answered,

    /// <summary>It was dropped.</summary>
    Dropped,

    /// <summary>It stays: its blob is gone.</summary>
    Gone,

    /// <summary>It stays: it names no blob.</summary>
    Unreadable,

    /// <summary>It stays: storage refused.</summary>
    Refused,
}

/// <summary>A message and what became of it.</summary>
/// <param name="Message">The message.</param>
/// <param name="Fate">What became of it.</param>
/// <param name="Problem">What storage said; null unless it refused.</param>
internal sealed record Done(PoisonMessage Message, MessageFate Fate, string? Problem = null)
{
    /// <summary>Whether the message is out of the queue.</summary>
    public bool IsRemoved => Fate is MessageFate.Retried or MessageFate.Answered or MessageFate.Dropped;
}

/// <summary>Goes through the whole queue: does what was asked for with the chosen messages and gives the others back.</summary>
/// <remarks>
/// A message goes only after its blob was put back. Interrupted in between, the message is there again after five minutes, and its blob
/// then has an answer or is simply put back once more.
/// </remarks>
internal sealed class PoisonWork(PoisonAccount account, Func<PoisonMessage, bool> isChosen)
{
    /// <summary>A blob that is written all the time is looked at so often.</summary>
    private const int Looks = 5;

    /// <summary>Two versions of a blob may have failed: it is put back once.</summary>
    private readonly HashSet<string> _putBack = [];

    /// <summary>Puts the chosen blobs back to work.</summary>
    public IAsyncEnumerable<Done> RetryAsync(CancellationToken cancellation) => EachAsync(RetryAsync, cancellation);

    /// <summary>Forgets the chosen blobs' failures.</summary>
    public IAsyncEnumerable<Done> DropAsync(CancellationToken cancellation) => EachAsync(DropAsync, cancellation);

    private async IAsyncEnumerable<Done> EachAsync(
        Func<PoisonMessage, CancellationToken, Task<Done>> work, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<PoisonMessage> held = [];
        try
        {
            await foreach (var batch in account.Queue.TakeAsync(cancellation))
            {
                held.AddRange(batch);
                foreach (var message in batch.Where(isChosen))
                {
                    var done = await work(message, cancellation);
                    if (done.IsRemoved) held.Remove(message);
                    yield return done;
                }
            }
        }
        finally
        {
            await Parallel.ForEachAsync(held, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (message, _) => await account.Queue.GiveBackAsync(message));
        }
    }

    private async Task<Done> RetryAsync(PoisonMessage message, CancellationToken cancellation)
    {
        if (_putBack.Contains(message.Name))
        {
            await account.Queue.RemoveAsync(message);
            return new(message, MessageFate.Retried);
        }

        try
        {
            for (var look = 1; ; look++)
            {
                var diagnosis = await Diagnosis.OfAsync(account, message, cancellation);
                if (diagnosis.State == BlobState.Unreadable) return new(message, MessageFate.Unreadable);
                if (diagnosis.State == BlobState.Gone) return new(message, MessageFate.Gone);
                if (diagnosis.State == BlobState.Answered) return await RemoveAsync(diagnosis, MessageFate.Answered);
                if (!await Retry.TryTouchAsync(account, message.Blob!, diagnosis.Properties!, cancellation))
                {
                    if (look < Looks) continue;
                    return new(message, MessageFate.Refused, "the blob is being written all the time");
                }

                _putBack.Add(message.Name);
                return await RemoveAsync(diagnosis, MessageFate.Retried);
            }
        }
        catch (RequestFailedException refused) when (refused.Status is > 0 and < 500 and not (401 or 403))
        {
            return new(message, MessageFate.Refused, $"{refused.Message.Split('\n', 2)[0].Trim()} ({refused.Status} {refused.ErrorCode})");
        }
    }

    private async Task<Done> DropAsync(PoisonMessage message, CancellationToken cancellation) =>
        await RemoveAsync(await Diagnosis.OfAsync(account, message, cancellation), MessageFate.Dropped);

    /// <summary>The message, and the note that was read before: a blob that has failed again since leaves a new one.</summary>
    private async Task<Done> RemoveAsync(Diagnosis diagnosis, MessageFate fate)
    {
        await account.Queue.RemoveAsync(diagnosis.Message);
        if (diagnosis is { NoteVersion: { } version, Message.Blob: { } blob })
        {
            try
            {
                await account.Result(ResultName.OfNote(blob.Name)).DeleteAsync(conditions: new() { IfMatch = version });
            }
            catch (RequestFailedException kept) when (kept.Status is 404 or 409 or 412)
            {
                // It is another one by now, or gone, or somebody holds it; a note without a message is seen by nobody.
            }
        }

        return new(diagnosis.Message, fate);
    }
}
