using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Serverless.LocalHost.AppFolder;
using Serverless.LocalHost.Worker;

namespace Serverless.LocalHost.Triggers;

/// <summary>
/// The triggers of the app: the SDK, the watch over the containers, and a new SDK when the old one has given up.
/// </summary>
internal sealed partial class TriggerHost
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly FunctionApp _app;
    private readonly string _hostId;
    private readonly IReadOnlyList<WorkerFunction> _functions;
    private readonly BlobLedger _ledger;
    private readonly TriggerRunner _runner;
    private readonly ContainerWatch _watch;
    private readonly Dictionary<string, BlobReceipts> _receipts;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly StopSignal _stopping = new();
    private readonly List<Task> _retired = [];
    private volatile JobHostSession? _session;
    private Task _watching = Task.CompletedTask;

    public TriggerHost(
        FunctionApp app, IReadOnlyList<WorkerFunction> functions, WorkerSupervisor worker, Invoker invoker, BlobHints hints, TimeProvider time, ILoggerFactory loggers)
    {
        _app = app;
        _functions = [.. functions.Where(function => function.IsBlob || function.IsQueue)];
        _hostId = HostId(app);
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger<TriggerHost>();
        _ledger = new BlobLedger(app.Host.PoisonBlobThreshold);
        var containers = Containers();
        _receipts = containers.SelectMany(container => container.Paths.Select(path => (path.Function, container.Receipts))).DistinctBy(pair => pair.Function)
            .ToDictionary(pair => pair.Function, pair => pair.Receipts);
        _runner = new TriggerRunner(worker, invoker, _ledger, _functions.ToDictionary(function => function.Name), _receipts.GetValueOrDefault, loggers.CreateLogger<TriggerRunner>());
        _watch = new ContainerWatch(containers, _ledger, hints, DeliverOwnAsync, time, loggers.CreateLogger<ContainerWatch>());
    }

    public async Task StartAsync()
    {
        if (_functions.Count == 0)
            return;
        try
        {
            _session = await StartSessionAsync();
            await _watch.StartAsync();
        }
        catch (Exception problem) when (problem is RequestFailedException or AggregateException)
        {
            throw new LocalHostException($"The storage of the app's triggers does not answer: {Message(problem)}", problem);
        }
        _watching = WatchAsync();
    }

    /// <summary>An event from outside.</summary>
    public Task<HttpResponseMessage> DeliverAsync(HttpRequestMessage message, CancellationToken cancellation) =>
        _session is { } session ? session.DeliverAsync(message, cancellation) : Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable));

    /// <summary>Takes nothing new, gives what runs some time, and writes what is known down.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        _stopping.Give();
        await _watch.StopAsync();
        await _watching;
        if (_session is { } session)
            _retired.Add(session.StopAsync(CancellationToken.None));
        var ended = Task.WhenAll(_retired);
        if (await Task.WhenAny(ended, Task.Delay(patience, _time)) != ended)
        {
            _runner.Stop();
            // What was cancelled ends now; what does not listen ends with its worker.
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(2), _time));
        }
        foreach (var receipts in _receipts.Values.Distinct())
            await receipts.FlushAsync(all: true);
    }

    private async Task WatchAsync()
    {
        while (_session is { } session && await Task.WhenAny(session.Broken, _stopping.Given) != _stopping.Given)
        {
            LogBroken(Message(await session.Broken));
            _session = null;
            // What it runs goes on to its end; nobody has to wait for that.
            _retired.Add(session.StopAsync(CancellationToken.None));
            _session = await RestartAsync();
        }
    }

    private async Task<JobHostSession?> RestartAsync()
    {
        while (true)
        {
            try
            {
                await Task.Delay(RetryPause, _time, _stopping.Token);
                var session = await StartSessionAsync();
                LogRestarted();
                return session;
            }
            catch (OperationCanceledException) when (_stopping.IsGiven)
            {
                return null;
            }
            catch (Exception problem)
            {
                // Whatever it is, the next try may do better, and without triggers the host is of no use.
                LogStillBroken(Message(problem));
            }
        }
    }

    private async Task<JobHostSession> StartSessionAsync()
    {
        // A killed host leaves the messages of its running blobs invisible for minutes. They are not needed: the receipts know what is done,
        // the scan finds the rest.
        foreach (var connection in _functions.Where(function => function.IsBlob).Select(FunctionCheck.ConnectionName).Distinct())
            await ClearAsync(new QueueClient(_app.Settings.Connection(connection), $"azure-webjobs-blobtrigger-{_hostId}", Clients.Queues()));
        var session = new JobHostSession(_app, _hostId, _functions, _runner.RunAsync, _loggers);
        await session.StartAsync(_stopping.Token);
        _ledger.ForgetUnfinished();
        return session;
    }

    private async Task ClearAsync(QueueClient queue)
    {
        try
        {
            await queue.ClearMessagesAsync(_stopping.Token);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            // The first start.
        }
    }

    private async Task<bool> DeliverOwnAsync(HttpRequestMessage message)
    {
        using var response = await DeliverAsync(message, _stopping.Token);
        return response.IsSuccessStatusCode;
    }

    private List<WatchedContainer> Containers()
    {
        List<WatchedContainer> containers = [];
        var blobs = _functions.Where(function => function.IsBlob)
            .Select(function => (Path: new WatchedPath(function.Name, _app.Settings.Resolve(function.TriggerText("path")!, out _)!), Connection: FunctionCheck.ConnectionName(function)));
        foreach (var account in blobs.GroupBy(blob => blob.Connection))
        {
            var client = new BlobServiceClient(_app.Settings.Connection(account.Key), Clients.Blobs());
            var receipts = new BlobReceipts(client, _hostId, _time, _loggers.CreateLogger<BlobReceipts>());
            foreach (var container in account.GroupBy(blob => blob.Path.Container))
                containers.Add(new WatchedContainer(client.GetBlobContainerClient(container.Key), receipts, [.. container.Select(blob => blob.Path)]));
        }
        return containers;
    }

    /// <summary>Decides receipts and queues. By the app's name, not by its folder: a copy elsewhere does not run everything again.</summary>
    internal static string HostId(FunctionApp app)
    {
        if (app.Settings["AzureFunctionsWebHost__hostid"] is { Length: > 0 } named)
            return named;
        var name = Path.GetFileNameWithoutExtension(app.Worker.Arguments is [var worker, ..] ? worker : app.Worker.Executable);
        var plain = string.Concat(name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        return plain[..Math.Min(plain.Length, 32)].TrimEnd('-');
    }

    private static string Message(Exception problem) => problem is AggregateException { InnerException: { } inner } ? inner.Message : problem.Message.Split('\n')[0];

    [LoggerMessage(LogLevel.Warning, "The triggers stopped because the storage did not answer ({Problem}); they start again when it does")]
    private partial void LogBroken(string problem);

    [LoggerMessage(LogLevel.Debug, "The triggers cannot start yet: {Problem}")]
    private partial void LogStillBroken(string problem);

    [LoggerMessage(LogLevel.Information, "The triggers run again")]
    private partial void LogRestarted();
}
