namespace Serverless.Operations.Poison;

/// <summary>Reads the queue without changing it.</summary>
internal static class PoisonReading
{
    /// <summary>Every message. Where a look does not show all of them they are taken and given back: others miss them for that moment.</summary>
    public static async Task<IReadOnlyList<PoisonMessage>> AllAsync(PoisonQueue queue, CancellationToken cancellation)
    {
        var first = await queue.PeekAsync(cancellation);
        if (first.Count < PoisonQueue.Batch) return first;
        List<PoisonMessage> taken = [];
        try
        {
            await foreach (var batch in queue.TakeAsync(cancellation)) taken.AddRange(batch);
        }
        finally
        {
            await Parallel.ForEachAsync(taken, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (message, _) => await queue.GiveBackAsync(message));
        }

        return taken;
    }

    /// <summary>Looks the blobs of these messages up, some at a time.</summary>
    public static async Task<IReadOnlyList<Diagnosis>> DiagnoseAsync(
        Storage.PoisonAccount account, IReadOnlyList<PoisonMessage> messages, CancellationToken cancellation)
    {
        var diagnoses = new Diagnosis[messages.Count];
        await Parallel.ForAsync(
            0, messages.Count, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellation },
            async (i, token) => diagnoses[i] = await Diagnosis.OfAsync(account, messages[i], token));
        return diagnoses;
    }
}
