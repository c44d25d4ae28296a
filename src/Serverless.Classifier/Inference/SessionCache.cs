using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Models;
using Serverless.Classifier.Telemetry;

namespace Serverless.Classifier.Inference;

/// <summary>One warm session a model, loaded once however many wait for it. A failed load is told to those who wait and forgotten.</summary>
internal sealed partial class SessionCache(ModelStore store, IOptions<ClassifierOptions> options, TimeProvider time, ILogger<SessionCache> logger)
    : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ModelSession>>> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _lastProblems = new(StringComparer.Ordinal);

    /// <summary>The session of a model, as soon as it is warm.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="patience">How long to wait for a load.</param>
    /// <param name="cancellation">Ends the waiting, not the load: others may wait for it too.</param>
    /// <exception cref="ClassifierException"><c>model_loading</c> when patience ended first, <c>model_unavailable</c> when the load failed.</exception>
    public async Task<ModelSession> GetAsync(string model, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            return await Load(model).WaitAsync(patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            throw new ClassifierException(ErrorKind.ModelLoading, $"The model {model} is still loading; try again in a moment.");
        }
    }

    /// <summary>Begins the load of a model, if it has not begun, and does not wait for it.</summary>
    public Task<ModelSession> Load(string model) =>
        _sessions.GetOrAdd(model, name => new Lazy<Task<ModelSession>>(() => LoadOnOwnThread(name))).Value;

    /// <summary>How far a model is, and what its last load died of.</summary>
    public (ModelState State, string? Problem) StateOf(string model) =>
        _sessions.TryGetValue(model, out var session)
            ? (session.Value.IsCompletedSuccessfully ? ModelState.Loaded : ModelState.Loading, null)
            : _lastProblems.TryGetValue(model, out var problem) ? (ModelState.Failed, problem) : (ModelState.Available, null);

    public void Dispose()
    {
        foreach (var session in _sessions.Values.Where(session => session.IsValueCreated && session.Value.IsCompletedSuccessfully))
        {
            session.Value.Result.Dispose();
        }
    }

    // Reading and packing half a gigabyte blocks for seconds: on a thread of the pool it would starve the callers who wait for it.
    private Task<ModelSession> LoadOnOwnThread(string model)
    {
        var completion = new TaskCompletionSource<ModelSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Nobody may be waiting when it fails.
        _ = completion.Task.ContinueWith(failed => failed.Exception, TaskContinuationOptions.OnlyOnFaulted);
        new Thread(() => LoadInto(completion, model)) { IsBackground = true, Name = $"Loading {model}" }.Start();
        return completion.Task;
    }

    private void LoadInto(TaskCompletionSource<ModelSession> completion, string model)
    {
        using var span = ClassifierTelemetry.Source.StartActivity("load model");
        span?.SetTag(ClassifierTelemetry.ModelAttribute, model);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var session = ModelSession.Load(store.Open(model), options.Value.Device);
            _lastProblems.TryRemove(model, out _);
            var elapsed = Stopwatch.GetElapsedTime(start);
            ClassifierTelemetry.Loaded(model, session.Device, elapsed);
            LogLoaded(model, session.Device, elapsed);
            completion.SetResult(session);
        }
        catch (Exception exception)
        {
            _lastProblems[model] = exception.Message;
            _sessions.TryRemove(model, out _);
            LogLoadFailed(exception, model);
            var failure = exception as ClassifierException
                ?? new ClassifierException(ErrorKind.ModelUnavailable, $"The model {model} could not be loaded: {exception.Message}", exception);
            ClassifierTelemetry.LoadFailed(model, failure.Kind, Stopwatch.GetElapsedTime(start));
            span?.SetTag(ClassifierTelemetry.ErrorAttribute, failure.Kind.Code).SetStatus(ActivityStatusCode.Error, failure.Message);
            completion.SetException(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Model} is loaded and warm on {Device} after {Elapsed}")]
    private partial void LogLoaded(string model, InferenceDevice device, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Error, Message = "Model {Model} could not be loaded")]
    private partial void LogLoadFailed(Exception exception, string model);
}
