using Serverless.LocalHost.AppFolder;
using Serverless.LocalHost.Worker.Protocol;

namespace Serverless.LocalHost.Worker;

/// <summary>A function failed: it threw, took too long, or its worker ended.</summary>
internal sealed class FunctionFailedException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Calls functions: one line when it starts, one when it ended, time limit and cancellation in between.</summary>
internal sealed partial class Invoker(HostJson host, WorkerLog log, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>How long a function that was told to stop may take to say so.</summary>
    private static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(10);

    /// <exception cref="FunctionFailedException"/>
    /// <exception cref="OperationCanceledException">Nobody waits for the answer any more.</exception>
    public async Task InvokeAsync(WorkerChannel worker, WorkerFunction function, InvocationRequest request, string reason, CancellationToken cancellation)
    {
        var logger = loggers.CreateLogger("Function." + function.Name);
        request.FunctionId = function.Id;
        log.Started(request.InvocationId, function.Name);
        var started = time.GetTimestamp();
        LogExecuting(logger, function.Name, reason, request.InvocationId);
        try
        {
            var response = await AnswerAsync(worker, request, cancellation);
            if (response.Result.Status != StatusResult.Types.Status.Success)
                throw new FunctionFailedException(Describe(response.Result));
            LogSucceeded(logger, function.Name, request.InvocationId, Milliseconds(started));
        }
        catch (OperationCanceledException)
        {
            LogCancelled(logger, function.Name, request.InvocationId, Milliseconds(started));
            throw;
        }
        catch (Exception error) when (error is FunctionFailedException or WorkerLostException)
        {
            LogFailed(logger, function.Name, request.InvocationId, Milliseconds(started), error.Message);
            throw error as FunctionFailedException ?? new FunctionFailedException(error.Message, error);
        }
        finally
        {
            log.Ended(request.InvocationId);
        }
    }

    private async Task<InvocationResponse> AnswerAsync(WorkerChannel worker, InvocationRequest request, CancellationToken cancellation)
    {
        var answer = worker.InvokeAsync(request);
        using var limit = host.FunctionTimeout is { } timeout ? new CancellationTokenSource(timeout, time) : new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await answer.WaitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            worker.Cancel(request.InvocationId);
        }

        var tooLong = limit.IsCancellationRequested;
        try
        {
            // Its result no longer counts, but its end does: until then it uses the worker.
            await answer.WaitAsync(CancelGrace, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // It does not listen.
        }
        if (tooLong)
            throw new FunctionFailedException($"Timeout value of {host.FunctionTimeout} was exceeded (functionTimeout in host.json).");
        throw new OperationCanceledException(cancellation);
    }

    private static string Describe(StatusResult result) => result.Exception is { } exception
        ? (exception.Type.Length > 0 ? exception.Type + ": " : "") + exception.Message
        : result.Status == StatusResult.Types.Status.Cancelled ? "cancelled" : "the worker does not say why";

    private long Milliseconds(long since) => (long)time.GetElapsedTime(since).TotalMilliseconds;

    [LoggerMessage(LogLevel.Information, "Executing 'Functions.{Function}' (Reason='{Reason}', Id={Id})")]
    private static partial void LogExecuting(ILogger logger, string function, string reason, string id);

    [LoggerMessage(LogLevel.Information, "Executed 'Functions.{Function}' (Succeeded, Id={Id}, Duration={Duration}ms)")]
    private static partial void LogSucceeded(ILogger logger, string function, string id, long duration);

    [LoggerMessage(LogLevel.Error, "Executed 'Functions.{Function}' (Failed, Id={Id}, Duration={Duration}ms): {Problem}")]
    private static partial void LogFailed(ILogger logger, string function, string id, long duration, string problem);

    [LoggerMessage(LogLevel.Information, "Executed 'Functions.{Function}' (Cancelled, Id={Id}, Duration={Duration}ms)")]
    private static partial void LogCancelled(ILogger logger, string function, string id, long duration);
}
