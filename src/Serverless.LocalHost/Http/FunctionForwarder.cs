using System.Net;
using Serverless.LocalHost.Worker;
using Yarp.ReverseProxy.Forwarder;

namespace Serverless.LocalHost.Http;

/// <summary>
/// Serves an HTTP call: tells the worker of the invocation by gRPC and forwards the call, body streamed both ways, with the invocation's id.
/// The worker joins the two.
/// </summary>
internal sealed partial class FunctionForwarder(
    IHttpForwarder forwarder, WorkerSupervisor worker, Invoker invoker, BodyLimit limit, ILogger<FunctionForwarder> logger) : IDisposable
{
    /// <summary>How long a call that could not be forwarded waits for its function, which was told to stop, to say why.</summary>
    private static readonly TimeSpan LeftBehind = TimeSpan.FromSeconds(2);

    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    private readonly HttpMessageInvoker _client = CreateClient();

    /// <summary>A client that changes nothing of what it forwards.</summary>
    public static HttpMessageInvoker CreateClient() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        // The caller's own trace headers go through as they came.
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(15),
    });

    public async Task ServeAsync(HttpFunction function, HttpContext context)
    {
        WorkerChannel channel;
        try
        {
            channel = await worker.ReadyAsync(context.RequestAborted);
        }
        catch (WorkerLostException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        var request = HttpInvocation.Create(function.Function, context.Request);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var invocation = invoker.InvokeAsync(channel, function.Function, request, "This function was programmatically called via the host APIs.", stop.Token);
        var forwarding = forwarder.SendAsync(context, channel.HttpUri!.AbsoluteUri, _client, Config, new InvocationTransformer(request.InvocationId), stop.Token).AsTask();

        // 1. A call that cannot be forwarded will never be answered by the function: it is told to stop.
        var error = await ForwardAsync(forwarding, invocation, stop);
        var tooLarge = BodyLimit.IsExceeded(context.Features.Get<IForwarderErrorFeature>()?.Exception);
        if (error != ForwarderError.None)
            await stop.CancelAsync();
        // 2. The answer of a function that threw is 200 and empty: it is the outcome of the invocation that says so.
        var outcome = error == ForwarderError.None || await Task.WhenAny(invocation, Task.Delay(LeftBehind)) == invocation ? await OutcomeAsync(invocation) : null;
        // 3. What has not gone out yet can still be put right.
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested || error == ForwarderError.None && outcome is null)
            return;
        context.Response.Clear();
        if (tooLarge)
            await limit.RefuseAsync(context);
        else
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        if (error != ForwarderError.None && outcome is not FunctionFailedException)
            LogForwarding(function.Function.Name, request.InvocationId, error.ToString(), context.Features.Get<IForwarderErrorFeature>()?.Exception?.Message ?? "");
    }

    public void Dispose() => _client.Dispose();

    private static async Task<ForwarderError> ForwardAsync(Task<ForwarderError> forwarding, Task invocation, CancellationTokenSource stop)
    {
        // A worker that failed the invocation before it answered the call (it was lost, it timed out) may never answer it.
        if (await Task.WhenAny(forwarding, invocation) == invocation && !invocation.IsCompletedSuccessfully
            && await Task.WhenAny(forwarding, Task.Delay(LeftBehind)) != forwarding)
            await stop.CancelAsync();
        return await forwarding;
    }

    private static async Task<Exception?> OutcomeAsync(Task invocation)
    {
        try
        {
            await invocation;
            return null;
        }
        catch (Exception problem) when (problem is FunctionFailedException or OperationCanceledException)
        {
            return problem;
        }
    }

    [LoggerMessage(LogLevel.Error, "'Functions.{Function}' (Id={Id}): the call could not be forwarded to the worker: {Error} {Problem}")]
    private partial void LogForwarding(string function, string id, string error, string problem);
}
