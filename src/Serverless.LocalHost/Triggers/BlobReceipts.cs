using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Serverless.LocalHost.Triggers;

/// <summary>
/// Receipts for what is done, in the storage and in the layout of the WebJobs SDK: a restarted host, this one or the real one, runs nothing twice.
/// While the storage is away they are kept and written later.
/// </summary>
internal sealed partial class BlobReceipts(BlobServiceClient storage, string hostId, TimeProvider time, ILogger<BlobReceipts> logger)
{
    private const string Container = "azure-webjobs-hosts";

    /// <summary>The SDK moves a message to the poison queue after the last try has failed; a receipt before that could lose it.</summary>
    private static readonly TimeSpan PoisonMove = TimeSpan.FromSeconds(2);

    private readonly BlobContainerClient _container = storage.GetBlobContainerClient(Container);
    private readonly ConcurrentDictionary<BlobVersion, DateTimeOffset> _pending = new();

    /// <summary>All receipts of a function.</summary>
    public async Task<List<BlobVersion>> ReadAsync(string function, CancellationToken cancellation)
    {
        await _container.CreateIfNotExistsAsync(cancellationToken: cancellation);
        List<BlobVersion> versions = [];
        await foreach (var blob in _container.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, $"blobreceipts/{hostId}/Host.Functions.{function}/", cancellation))
            // The real host marks with "Incomplete" what it has only begun.
            if (blob.Metadata?.ContainsKey("Incomplete") != true && BlobVersion.FromReceiptName(blob.Name) is { } version)
                versions.Add(version);
        return versions;
    }

    public Task AddAsync(BlobVersion version)
    {
        _pending[version] = time.GetUtcNow();
        return TryWriteAsync(version);
    }

    /// <summary>For a version whose last try has just failed.</summary>
    public void AddPoisoned(BlobVersion version) => _pending[version] = time.GetUtcNow() + PoisonMove;

    /// <summary>Writes what is due and not yet written; everything when <paramref name="all"/>.</summary>
    public async Task FlushAsync(bool all)
    {
        var now = time.GetUtcNow();
        foreach (var (version, due) in _pending)
            if (all || due <= now)
                await TryWriteAsync(version);
    }

    private async Task TryWriteAsync(BlobVersion version)
    {
        try
        {
            await _container.GetBlobClient(version.ReceiptName(hostId)).UploadAsync(BinaryData.Empty, overwrite: true);
            _pending.TryRemove(version, out _);
        }
        catch (RequestFailedException problem) when (problem.Status is 400 or 414)
        {
            // A name so long that its receipt's would be too long: it runs again after a restart.
            _pending.TryRemove(version, out _);
            LogNoReceipt(version.Name, problem.Message);
        }
        catch (Exception problem)
        {
            // The storage is away; the version stays pending.
            LogLater(version.Name, problem.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "No receipt could be written for {Blob}, so it will run again after a restart: {Problem}")]
    private partial void LogNoReceipt(string blob, string problem);

    [LoggerMessage(LogLevel.Debug, "The receipt for {Blob} is written later: {Problem}")]
    private partial void LogLater(string blob, string problem);
}
