using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;

namespace Serverless.Functions.HttpProblems;

/// <summary>
/// Answers HTTP callers with problem details for whatever a function throws, and logs the server's own failures once. Other triggers keep their
/// exceptions: the host counts them.
/// </summary>
internal sealed partial class ProblemMiddleware(ILogger<ProblemMiddleware> log) : IFunctionsWorkerMiddleware
{
    /// <summary>nginx's "client closed request": nobody reads it, but it tells such calls apart in the host's log.</summary>
    private const int ClientClosedRequest = 499;

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested || context.CancellationToken.IsCancellationRequested)
        {
            LogCallerLeft(context.FunctionDefinition.Name);
            context.GetInvocationResult().Value = TypedResults.StatusCode(ClientClosedRequest);
        }
        catch (Exception failure)
        {
            var problem = Problems.Name(failure);
            var traceId = TraceIdOf(context);
            Log(context.FunctionDefinition.Name, problem, traceId);
            context.GetInvocationResult().Value = Problems.Answer(problem, traceId);
        }
    }

    /// <summary>What the caller did wrong is the caller's to know; what time mends is told in a line; only the rest needs a stack.</summary>
    private void Log(string function, ClassifierException problem, string traceId)
    {
        if (problem.Kind is { HttpStatus: 503 })
        {
            LogUnavailable(function, problem.Kind.Code, new(problem.InnerException ?? problem), traceId);
        }
        else if (problem.Kind.HttpStatus >= 500)
        {
            LogFailure(problem.InnerException ?? problem, function, problem.Kind.Code, traceId);
        }
    }

    /// <summary>The host's trace where it sent one, so that its telemetry and this log tell of the same call; the invocation's own id elsewhere.</summary>
    private static string TraceIdOf(FunctionContext context) =>
        ActivityContext.TryParse(context.TraceContext.TraceParent, context.TraceContext.TraceState, out var trace)
            ? trace.TraceId.ToString()
            : context.InvocationId;

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Function}: the caller left")]
    private partial void LogCallerLeft(string function);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} answered {Code} ({Problem}), trace id {TraceId}")]
    private partial void LogUnavailable(string function, string code, FailureSummary problem, string traceId);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} failed with {Code}, trace id {TraceId}")]
    private partial void LogFailure(Exception failure, string function, string code, string traceId);
}
