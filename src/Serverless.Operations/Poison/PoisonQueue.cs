using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Serverless.Operations.Poison;

/// <summary>The queue of what failed. One that was never made is an empty one.</summary>
internal sealed class PoisonQueue(QueueClient queue)
{
    /// <summary>As many messages as the service gives at once.</summary>
    public const int Batch = 32;

    /// <summary>How long a taken message is hidden from others: what an interrupted run had taken is back by then.</summary>
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(5);

    /// <summary>About how many there are.</summary>
    public async Task<int> CountAsync(CancellationToken cancellation)
    {
        try
        {
            return (await queue.GetPropertiesAsync(cancellation)).Value.ApproximateMessagesCount;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return 0;
        }
    }

    /// <summary>The first messages, at most <see cref="Batch"/>, hidden from nobody.</summary>
    public async Task<IReadOnlyList<PoisonMessage>> PeekAsync(CancellationToken cancellation)
    {
        try
        {
            var messages = (await queue.PeekMessagesAsync(Batch, cancellation)).Value;
            return [.. messages.Select(one => new PoisonMessage(one.MessageId, one.Body.ToString(), one.InsertedOn, one.ExpiresOn, null))];
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return [];
        }
    }

    /// <summary>
    /// Every message, a batch at a time. Whoever takes them removes them or gives them back. The end is a batch with nothing new in it: a slow
    /// run sees again what it took first.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<PoisonMessage>> TakeAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        HashSet<string> seen = [];
        while (await ReceiveAsync(cancellation) is { Length: > 0 } received)
        {
            List<PoisonMessage> fresh =
            [
                .. received.Where(one => seen.Add(one.MessageId))
                    .Select(one => new PoisonMessage(one.MessageId, one.Body.ToString(), one.InsertedOn, one.ExpiresOn, one.PopReceipt)),
            ];
            if (fresh.Count == 0) yield break;
            yield return fresh;
        }
    }

    /// <summary>Lets others see a taken message again, at once.</summary>
    public Task GiveBackAsync(PoisonMessage message) =>
        UnlessGoneAsync(() => queue.UpdateMessageAsync(message.Id, message.PopReceipt, message.Text, TimeSpan.Zero));

    /// <summary>Removes a taken message.</summary>
    public Task RemoveAsync(PoisonMessage message) => UnlessGoneAsync(() => queue.DeleteMessageAsync(message.Id, message.PopReceipt));

    private async Task<QueueMessage[]> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            return (await queue.ReceiveMessagesAsync(Batch, Hidden, cancellation)).Value;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return [];
        }
    }

    /// <summary>Somebody else had it meanwhile, or it expired: then there is nothing left to do. Not cancelled: half done would be worse.</summary>
    private static async Task UnlessGoneAsync(Func<Task> change)
    {
        try
        {
            await change();
        }
        catch (RequestFailedException gone) when (gone.Status == 404 || gone.ErrorCode == "PopReceiptMismatch")
        {
            // It is somebody else's now.
        }
    }
}
