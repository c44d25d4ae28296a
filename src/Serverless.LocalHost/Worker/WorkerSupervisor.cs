using Serverless.LocalHost.AppFolder;
using Serverless.LocalHost.Processes;

namespace Serverless.LocalHost.Worker;

/// <summary>
/// Keeps a worker running. Whoever calls a function asks <see cref="ReadyAsync"/> for the worker of the moment and waits there while there is none.
/// </summary>
internal sealed partial class WorkerSupervisor(
    FunctionApp app, WorkerChannels channels, WorkerLog log, RestartPolicy restarts, MessageRecord? record, TimeProvider time, ILogger<WorkerSupervisor> logger)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<string> _gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StopSignal _stopping = new();
    private TaskCompletionSource<WorkerChannel> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkerSession? _session;
    private Task _watching = Task.CompletedTask;
    private Uri _grpc = null!;

    /// <summary>All functions of the worker.</summary>
    public IReadOnlyList<WorkerFunction> Functions { get; private set; } = [];

    /// <summary>Completes with the reason when no further worker will be started.</summary>
    public Task<string> GaveUp => _gaveUp.Task;

    /// <summary>Whether the worker has a web server of its own for HTTP functions.</summary>
    public bool ServesHttp => _session?.Channel.HttpUri is not null;

    public int ProcessId => _session?.Process.Id ?? 0;

    /// <summary>Told of every worker process as soon as it runs, so that it can be found again if this host is killed.</summary>
    public event Action<ChildProcess>? ProcessStarted;

    /// <summary>The worker of the moment; waits for the next one if there is none.</summary>
    public Task<WorkerChannel> ReadyAsync(CancellationToken cancellation)
    {
        lock (_lock)
            return _ready.Task.WaitAsync(cancellation);
    }

    /// <summary>Starts the first worker and has it tell its functions.</summary>
    public async Task StartAsync(Uri grpc, CancellationToken cancellation)
    {
        _grpc = grpc;
        var session = await LaunchAsync();
        try
        {
            cancellation.ThrowIfCancellationRequested();
            using var impatient = cancellation.Register(session.Process.Kill);
            await session.InitializeAsync();
            Functions = await session.IndexAsync();
        }
        catch (Exception error) when (error is WorkerLostException or TimeoutException or LocalHostException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw await CannotStartAsync(session, error);
        }
    }

    /// <summary>Loads the functions and opens the door to callers; from now on the worker is watched.</summary>
    /// <param name="enabled">The functions that this host can serve.</param>
    public async Task ServeAsync(IReadOnlyList<WorkerFunction> enabled)
    {
        try
        {
            await LoadAsync(_session!, enabled);
        }
        catch (Exception error) when (error is WorkerLostException or TimeoutException)
        {
            throw await CannotStartAsync(_session!, error);
        }
        SetReady(_session!);
        _watching = WatchAsync(enabled);
    }

    public async Task StopAsync()
    {
        _stopping.Give();
        if (_session is { } session)
            await session.TerminateAsync();
        await _watching;
        _session?.Dispose();
    }

    private async Task<WorkerSession> LaunchAsync()
    {
        var session = await WorkerSession.StartAsync(app, _grpc, channels, log.Message, log.Output, log.Error, record, time);
        _session = session;
        ProcessStarted?.Invoke(session.Process);
        return session;
    }

    private static async Task LoadAsync(WorkerSession session, IReadOnlyList<WorkerFunction> functions)
    {
        var problems = await Task.WhenAll(functions.Select(async function => (function.Name, Problem: await session.LoadAsync(function))));
        if (problems.FirstOrDefault(problem => problem.Problem is not null) is { Name: not null } failed)
            throw new LocalHostException($"The worker could not load the function {failed.Name}: {failed.Problem}");
        await session.ListenAsync();
    }

    private async Task WatchAsync(IReadOnlyList<WorkerFunction> enabled)
    {
        while (true)
        {
            var session = _session!;
            await session.Lost;
            // Not ready first: a failed blob is tried again at once, and must then wait for the next worker instead of using up its tries.
            SetNotReady();
            session.Channel.Lose();
            if (_stopping.IsGiven)
                return;
            var code = await session.Process.EndAsync(TimeSpan.FromSeconds(2), time);
            session.Dispose();

            if (!await NextAsync(code, enabled))
                return;
        }
    }

    private async Task<bool> NextAsync(int code, IReadOnlyList<WorkerFunction> enabled)
    {
        while (true)
        {
            if (restarts.PauseAfter(code) is not { } pause)
            {
                LogGivingUp(code);
                FailReady();
                _gaveUp.TrySetResult($"The worker ended three times within half an hour, last with exit code {code}.");
                return false;
            }
            if (code == 0)
                LogExitZero();
            LogRestart(code, pause.TotalSeconds);
            try
            {
                await Task.Delay(pause, time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }

            var session = await LaunchAsync();
            try
            {
                await session.InitializeAsync();
                await LoadAsync(session, enabled);
                SetReady(session);
                LogRestarted(session.Process.Id);
                return true;
            }
            catch (Exception error) when (error is WorkerLostException or TimeoutException or LocalHostException)
            {
                session.Channel.Lose();
                if (_stopping.IsGiven)
                    return false;
                session.Process.Kill();
                code = await session.Process.Exited;
                LogStartFailed(error.Message);
                session.Dispose();
            }
        }
    }

    private async Task<LocalHostException> CannotStartAsync(WorkerSession session, Exception error)
    {
        session.Channel.Lose();
        var ended = error is WorkerLostException;
        if (!ended)
            session.Process.Kill();
        var code = await session.Process.EndAsync(TimeSpan.FromSeconds(2), time);
        return error switch
        {
            WorkerLostException => new LocalHostException($"The worker ended with exit code {code} before it was ready. Its last lines:\n{log.LastLines}", error),
            TimeoutException => new LocalHostException($"The worker did not report within 60 seconds. Its last lines:\n{log.LastLines}", error),
            _ => (LocalHostException)error,
        };
    }

    private void SetReady(WorkerSession session)
    {
        lock (_lock)
            _ready.TrySetResult(session.Channel);
    }

    /// <summary>There will be no further worker: whoever waits for one is told.</summary>
    private void FailReady()
    {
        lock (_lock)
            _ready.TrySetException(new WorkerLostException());
    }

    private void SetNotReady()
    {
        lock (_lock)
            _ready = new TaskCompletionSource<WorkerChannel>(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(LogLevel.Warning, "The worker ended with exit code {Code}; the next one starts in {Seconds} s")]
    private partial void LogRestart(int code, double seconds);

    [LoggerMessage(LogLevel.Warning, "Exit code 0 is not restarted in Azure, where calls would now hang: a worker that cannot go on exits with another code")]
    private partial void LogExitZero();

    [LoggerMessage(LogLevel.Information, "The worker runs again (process {Pid})")]
    private partial void LogRestarted(int pid);

    [LoggerMessage(LogLevel.Error, "The worker did not start again: {Problem}")]
    private partial void LogStartFailed(string problem);

    [LoggerMessage(LogLevel.Critical, "The worker ended with exit code {Code}, the third end within half an hour: the host ends")]
    private partial void LogGivingUp(int code);
}
