using System.Text.Json;
using Serverless.LocalHost.AppFolder;
using Serverless.LocalHost.Http;
using Serverless.LocalHost.Processes;
using Serverless.LocalHost.Storage;
using Serverless.LocalHost.Triggers;
using Serverless.LocalHost.Worker;

namespace Serverless.LocalHost;

/// <summary>The host from start to end: what is started in which order, and ended in the opposite one.</summary>
internal sealed partial class LocalHost(LocalHostOptions options, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>How long running blobs may take when the host ends: what the real host gives them.</summary>
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long the triggers wait for the answers to calls that came while everything started: their SDK would take a core from the worker.</summary>
    private static readonly TimeSpan EarlyCallPatience = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = loggers.CreateLogger<LocalHost>();

    /// <summary>Runs until <paramref name="stop"/> is cancelled; the exit code.</summary>
    /// <exception cref="LocalHostException">It cannot start.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        // One of an earlier run would say that this one is ready.
        if (options.ReadyFile is { } stale && File.Exists(stale))
            File.Delete(stale);
        var app = FunctionApp.Read(options);
        using var notes = HostNotes.Open(options.StorageFolder);
        foreach (var leftover in notes.EndLeftovers())
            LogLeftover(leftover);
        using var record = options.RecordFile is { } file ? new MessageRecord(file, time) : null;
        var keys = options.Auth ? FunctionKeys.Open(options.StorageFolder, app.Settings) : null;

        await using var started = new StartedParts();
        try
        {
            // 1. The port, so that a busy one is known before anything runs.
            var http = new HttpHost(options.Port, TriggerHost.HostId(app), BodyLimit.From(app.Settings), keys, loggers);
            await http.StartAsync();
            started.Add(http.StopAsync);

            // 2. The storage; the worker is told where it is.
            var hints = new BlobHints();
            var azurite = new AzuriteServer(options, hints.Line, child => notes.Add("Azurite", child), time, loggers.CreateLogger<AzuriteServer>());
            var ours = false;
            var storage = await new StorageStart(options, loggers.CreateLogger<StorageStart>()).FindAsync(app.Settings, async () =>
            {
                ours = true;
                started.Add(azurite.StopAsync);
                return await azurite.StartAsync();
            });
            app = app with { Settings = app.Settings.WithStorage(storage.ConnectionString) };

            // 3. The worker.
            var channels = new WorkerChannels();
            var rpc = new RpcServer(channels, loggers);
            var grpc = await rpc.StartAsync();
            started.Add(rpc.StopAsync);
            var log = new WorkerLog(loggers);
            var worker = new WorkerSupervisor(app, channels, log, new RestartPolicy(time), record, time, loggers.CreateLogger<WorkerSupervisor>());
            worker.ProcessStarted += child => notes.Add("worker", child);
            started.Add(worker.StopAsync);
            await worker.StartAsync(grpc, stop);

            // 4. Its functions.
            var problems = worker.Functions.ToDictionary(function => function, function => FunctionCheck.Problem(function, app.Settings, worker.ServesHttp));
            List<WorkerFunction> enabled = [.. worker.Functions.Where(function => problems[function] is null)];
            var invoker = new Invoker(app.Host, log, time, loggers);
            var triggers = new TriggerHost(app, enabled, worker, invoker, hints, time, loggers);
            started.Add(() => triggers.StopAsync(DrainPatience));
            List<HttpFunction> routes = [.. enabled.Where(function => function.IsHttp).Select(function => HttpFunction.From(function, app.Host.RoutePrefix))];
            // Callers over HTTP wait for the worker and not for the triggers, which need the storage.
            http.Open(routes, worker, invoker, triggers);
            await worker.ServeAsync(enabled);
            await Task.WhenAny(http.EarlyCallsAsync(), Task.Delay(EarlyCallPatience, time, stop));
            await triggers.StartAsync();

            // 5. The port closes first, and calls that run are finished while everything else is still there.
            started.Move(http.StopAsync);
            Banner.Write(Console.Out, http.Address, storage, worker.Functions, problems, routes, app.Settings, keys);
            await WriteReadyFileAsync(http.Address, worker.ProcessId, ours ? azurite.ProcessId : null, storage);

            var stopping = Task.Delay(Timeout.InfiniteTimeSpan, stop);
            if (await Task.WhenAny(worker.GaveUp, stopping) == stopping)
            {
                LogStopping();
                return 0;
            }
            throw new LocalHostException(await worker.GaveUp);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            await started.StopAsync();
            notes.Clear();
        }
    }

    private async Task WriteReadyFileAsync(Uri url, int workerPid, int? azuritePid, StorageAccount storage)
    {
        if (options.ReadyFile is not { } file)
            return;
        var json = JsonSerializer.Serialize(new
        {
            url = url.AbsoluteUri.TrimEnd('/'),
            pid = Environment.ProcessId,
            workerPid,
            azuritePid,
            storageConnectionString = storage.ConnectionString,
            blobEndpoint = storage.BlobEndpoint,
            queueEndpoint = storage.QueueEndpoint,
        });
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(folder);
        var fresh = Path.Combine(folder, $".{Path.GetFileName(file)}.{Environment.ProcessId}");
        await File.WriteAllTextAsync(fresh, json);
        File.Move(fresh, file, overwrite: true);
    }

    [LoggerMessage(LogLevel.Warning, "A killed host had left this running; it was ended: {Process}")]
    private partial void LogLeftover(string process);

    [LoggerMessage(LogLevel.Information, "Ending: nothing new is taken, what runs is finished")]
    private partial void LogStopping();
}
