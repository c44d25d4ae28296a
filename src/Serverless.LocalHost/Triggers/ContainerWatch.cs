using Azure;
using Azure.Storage.Blobs.Models;

namespace Serverless.LocalHost.Triggers;

/// <summary>
/// Sees every upload. The list of the containers, once a second, is the truth; the access log's hints only make it faster.
/// What is neither done nor on its way is announced to the SDK as an Event Grid event.
/// </summary>
internal sealed partial class ContainerWatch(
    IReadOnlyList<WatchedContainer> containers, BlobLedger ledger, BlobHints hints, Func<HttpRequestMessage, Task<bool>> deliver, TimeProvider time,
    ILogger<ContainerWatch> logger)
{
    private const int Deliveries = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly StopSignal _stopping = new();
    private Task _working = Task.CompletedTask;
    private bool _away;

    /// <summary>Loads the receipts and begins to watch.</summary>
    public async Task StartAsync()
    {
        foreach (var container in containers)
            foreach (var function in container.Paths.Select(path => path.Function).Distinct())
                foreach (var version in await container.Receipts.ReadAsync(function, _stopping.Token))
                    ledger.Remember(version);
        _working = Task.WhenAll(ScanAllAsync(), FollowHintsAsync());
    }

    public async Task StopAsync()
    {
        _stopping.Give();
        await _working;
    }

    private async Task ScanAllAsync()
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            foreach (var container in containers)
                await GuardAsync(() => ScanAsync(container));
        }
        while (await NextAsync(timer));
    }

    private async Task<bool> NextAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ScanAsync(WatchedContainer container)
    {
        List<(string Name, string ETag)> blobs = [];
        try
        {
            await foreach (var blob in container.Client.GetBlobsAsync(BlobTraits.None, BlobStates.None, container.Prefix, _stopping.Token))
                if (blob.Properties.ETag is { } etag)
                    blobs.Add((blob.Name, BlobVersion.Plain(etag)));
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            // Nobody has made the container yet.
        }
        await Parallel.ForEachAsync(blobs, new ParallelOptions { MaxDegreeOfParallelism = Deliveries, CancellationToken = _stopping.Token },
            async (blob, _) => await ConsiderAsync(container, blob.Name, blob.ETag));
        await container.Receipts.FlushAsync(all: false);
    }

    private Task FollowHintsAsync() => Task.WhenAll(Enumerable.Range(0, Deliveries).Select(async _ =>
    {
        try
        {
            await foreach (var (name, blob) in hints.Reader.ReadAllAsync(_stopping.Token))
                foreach (var container in containers.Where(container => container.Client.Name == name && container.Paths.Any(path => path.Matches(blob))))
                    await GuardAsync(() => LookAtAsync(container, blob));
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }));

    private async Task LookAtAsync(WatchedContainer container, string blob)
    {
        try
        {
            var properties = await container.Client.GetBlobClient(blob).GetPropertiesAsync(cancellationToken: _stopping.Token);
            await ConsiderAsync(container, blob, BlobVersion.Plain(properties.Value.ETag));
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            // Gone again.
        }
    }

    private async Task ConsiderAsync(WatchedContainer container, string name, string etag)
    {
        foreach (var path in container.Paths)
        {
            if (!path.Matches(name))
                continue;
            var version = new BlobVersion(path.Function, path.Container, name, etag);
            if (!ledger.TryAnnounce(version))
                continue;
            var delivered = false;
            try
            {
                using var message = BlobEvent.Created(version, container.Client.GetBlobClient(name).Uri, time.GetUtcNow());
                delivered = await deliver(message);
            }
            finally
            {
                if (!delivered)
                    ledger.Retract(version);
            }
        }
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
            if (_away)
            {
                _away = false;
                LogBack();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsGiven)
        {
            // The host stops.
        }
        catch (Exception problem)
        {
            // Whatever it was: a watch that ended would lose every later upload.
            if (_away)
                return;
            _away = true;
            LogAway(problem is AggregateException { InnerException: { } inner } ? inner.Message : problem.Message);
        }
    }

    [LoggerMessage(LogLevel.Error, "The storage does not answer; it is asked again every second, and nothing is lost meanwhile: {Problem}")]
    private partial void LogAway(string problem);

    [LoggerMessage(LogLevel.Information, "The storage answers again")]
    private partial void LogBack();
}
