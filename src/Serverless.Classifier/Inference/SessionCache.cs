using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Models;
using Serverless.Classifier.Telemetry;

namespace Serverless.Classifier.Inference;

/// <summary>One warm session a model, loaded once however many wait for it. A failed load is told to those who wait and forgotten.</summary>
/// <remarks>
/// Whoever gets a session holds a lease on it, and its load counts as one more. A session that nobody has held for
/// <see cref="ClassifierOptions.IdleMinutes"/> leaves the cache and gives its memory back, except the default model's; the next who asks loads it
/// again. So no session ends under a run.
/// </remarks>
internal sealed partial class SessionCache(
    ModelStore store, IOptions<ClassifierOptions> options, TimeProvider time, ILogger<SessionCache> logger, EarlyModel? early = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _lastProblems = new(StringComparer.Ordinal);
    private EarlyModel? _early = early;
    private int _loaders;
    private readonly TimeSpan _idleLimit = TimeSpan.FromMinutes(options.Value.IdleMinutes);

    /// <summary>The session of a model, as soon as it is warm.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="patience">How long to wait for a load.</param>
    /// <param name="cancellation">Ends the waiting, not the load: others may wait for it too.</param>
    /// <exception cref="ClassifierException"><c>model_loading</c> when patience ended first, <c>model_unavailable</c> when the load failed.</exception>
    public async Task<SessionLease> GetAsync(string model, TimeSpan patience, CancellationToken cancellation)
    {
        var entry = Enter(model);
        try
        {
            var session = await entry.Session.WaitAsync(patience, time, cancellation);
            return new SessionLease(session, () => Leave(entry));
        }
        catch (Exception exception)
        {
            Leave(entry);
            if (exception is TimeoutException)
            {
                throw new ClassifierException(ErrorKind.ModelLoading, $"The model {model} is still loading; try again in a moment.");
            }

            throw;
        }
    }

    /// <summary>Begins the load of a model, if it has not begun, and does not wait for it.</summary>
    public void Load(string model) => Leave(Enter(model));

    /// <summary>Whether a model is being loaded, or prepared for the next process.</summary>
    public bool IsLoading => Volatile.Read(ref _loaders) > 0;

    /// <summary>How far a model is, and what its last load died of.</summary>
    public (ModelState State, string? Problem) StateOf(string model)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(model, out var entry)
                ? (entry.Session.IsCompletedSuccessfully ? ModelState.Loaded : ModelState.Loading, null)
                : _lastProblems.TryGetValue(model, out var problem) ? (ModelState.Failed, problem) : (ModelState.Available, null);
        }
    }

    public void Dispose()
    {
        List<Entry> unused = [];
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
            {
                entry.HasLeftTheCache = true;
                if (entry.Users == 0)
                {
                    unused.Add(entry);
                }
            }

            _entries.Clear();
        }

        unused.ForEach(entry => entry.Dispose());
    }

    private Entry Enter(string model)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(model, out var entry))
            {
                _entries[model] = entry = new Entry(model) { Users = 1 };
                // Reading and packing half a gigabyte blocks for seconds: on a thread of the pool it would starve the callers who wait for it.
                Interlocked.Increment(ref _loaders);
                new Thread(() => Load(entry)) { IsBackground = true, Name = $"Loading {model}" }.Start();
            }

            entry.Users++;
            return entry;
        }
    }

    private void Leave(Entry entry)
    {
        lock (_gate)
        {
            if (--entry.Users > 0)
            {
                return;
            }

            if (!entry.HasLeftTheCache)
            {
                BeginIdling(entry);
                return;
            }
        }

        entry.Dispose();
    }

    private void BeginIdling(Entry entry)
    {
        if (_idleLimit > TimeSpan.Zero && entry.Model != options.Value.Model)
        {
            entry.UnusedSince = time.GetTimestamp();
            entry.Timer ??= time.CreateTimer(_ => EndIfIdle(entry), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            entry.Timer.Change(_idleLimit, Timeout.InfiniteTimeSpan);
        }
    }

    private void EndIfIdle(Entry entry)
    {
        lock (_gate)
        {
            if (entry.Users > 0 || entry.HasLeftTheCache)
            {
                return;
            }

            // It may have been used between the timer's end and now, and a timer may be early by a tick.
            if (_idleLimit - time.GetElapsedTime(entry.UnusedSince) is var left && left > TimeSpan.Zero)
            {
                entry.Timer!.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                return;
            }

            Remove(entry);
        }

        entry.Dispose();
        LogUnloaded(entry.Model, _idleLimit);
    }

    private void Load(Entry entry)
    {
        try
        {
            if (LoadInto(entry) is { } graph && options.Value.PrepareModels && graph.WantsPreparation)
            {
                Prepare(graph);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _loaders);
        }
    }

    /// <returns>The graph that the session was made from; null when the load failed.</returns>
    private RunnableGraph? LoadInto(Entry entry)
    {
        using var span = ClassifierTelemetry.Source.StartActivity("load model");
        span?.SetTag(ClassifierTelemetry.ModelAttribute, entry.Model);
        var early = entry.Model == options.Value.Model ? Interlocked.Exchange(ref _early, null) : null;
        var start = early?.Start ?? Stopwatch.GetTimestamp();
        try
        {
            var model = store.Open(entry.Model);
            var (graph, session) = early?.Take(model, options.Value.Device) ?? LoadedModel.Load(model, options.Value.Device);
            var elapsed = Stopwatch.GetElapsedTime(start);
            ClassifierTelemetry.Loaded(entry.Model, session.Device, elapsed);
            LogLoaded(entry.Model, session.Device, elapsed);
            End(entry, problem: null, load => load.SetResult(session));
            return graph;
        }
        catch (Exception exception)
        {
            LogLoadFailed(exception, entry.Model);
            var failure = exception as ClassifierException
                ?? new ClassifierException(ErrorKind.ModelUnavailable, $"The model {entry.Model} could not be loaded: {exception.Message}", exception);
            ClassifierTelemetry.LoadFailed(entry.Model, failure.Kind, Stopwatch.GetElapsedTime(start));
            span?.SetTag(ClassifierTelemetry.ErrorAttribute, failure.Kind.Code).SetStatus(ActivityStatusCode.Error, failure.Message);
            End(entry, exception.Message, load => load.SetException(failure));
            return null;
        }
    }

    /// <summary>For the next process: this one has its session. What keeps it from being made keeps nobody from an answer.</summary>
    private void Prepare(RunnableGraph graph)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            graph.Prepare();
            var elapsed = Stopwatch.GetElapsedTime(start);
            LogPrepared(graph.Model.Manifest.Name, elapsed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OnnxRuntimeException)
        {
            LogNotPrepared(graph.Model.Manifest.Name, exception.Message);
        }
    }

    /// <summary>Ends a load in one step, so that whoever sees its end sees that the load is no user any more.</summary>
    private void End(Entry entry, string? problem, Action<TaskCompletionSource<ModelSession>> complete)
    {
        lock (_gate)
        {
            _lastProblems.Remove(entry.Model);
            if (problem is not null)
            {
                _lastProblems[entry.Model] = problem;
                Remove(entry);
            }

            complete(entry.Completion); // continuations run elsewhere
            Leave(entry);
        }
    }

    private void Remove(Entry entry)
    {
        entry.HasLeftTheCache = true;
        _entries.Remove(entry.Model);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Model} is loaded and warm on {Device} after {Elapsed}")]
    private partial void LogLoaded(string model, InferenceDevice device, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Model} was prepared for this machine in {Elapsed}: the next start loads it in a fraction of the time")]
    private partial void LogPrepared(string model, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Model} was not prepared for this machine ({Problem}): the next start takes as long as this one did")]
    private partial void LogNotPrepared(string model, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Model} was not used for {IdleLimit}: its memory is given back")]
    private partial void LogUnloaded(string model, TimeSpan idleLimit);

    [LoggerMessage(Level = LogLevel.Error, Message = "Model {Model} could not be loaded")]
    private partial void LogLoadFailed(Exception exception, string model);

    /// <summary>A session and who uses it; everything but the session itself is guarded by the cache's gate.</summary>
    private sealed class Entry : IDisposable
    {
        public Entry(string model)
        {
            Model = model;
            // Nobody may be waiting when it fails.
            _ = Completion.Task.ContinueWith(failed => failed.Exception, TaskContinuationOptions.OnlyOnFaulted);
        }

        public string Model { get; }

        public TaskCompletionSource<ModelSession> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ModelSession> Session => Completion.Task;

        /// <summary>Those who wait for it or hold a lease, and its load.</summary>
        public int Users { get; set; }

        /// <summary>Nobody will get it any more; the last user ends it.</summary>
        public bool HasLeftTheCache { get; set; }

        public long UnusedSince { get; set; }

        public ITimer? Timer { get; set; }

        public void Dispose()
        {
            Timer?.Dispose();
            if (Session.IsCompletedSuccessfully)
            {
                Session.Result.Dispose();
            }
        }
    }
}
