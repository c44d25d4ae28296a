using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.LocalHost.TestWorker;

internal sealed class HttpFunctions(Journal journal, Gate gate)
{
    /// <summary>
    /// The query says what becomes of a call: <c>throw=1</c>; <c>status=N</c>; <c>gate=1</c> waits for the gate or the caller's end;
    /// <c>exit=N</c> ends the worker with that code; <c>crash=1</c> kills it; <c>nobody=1</c> answers without reading the body.
    /// </summary>
    [Function("classify")]
    public async Task<IActionResult> Classify(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "classify")] HttpRequest req, FunctionContext context,
        CancellationToken cancellation)
    {
        journal.Add("http", Seen(req, context));
        var query = req.Query;
        if (query.ContainsKey("throw"))
            throw new InvalidOperationException("told to throw");
        if (query.ContainsKey("exit"))
            Environment.Exit(int.Parse(query["exit"]!, System.Globalization.CultureInfo.InvariantCulture));
        if (query.ContainsKey("crash"))
            Environment.FailFast("told to crash");
        if (query.ContainsKey("status"))
            return new StatusCodeResult(int.Parse(query["status"]!, System.Globalization.CultureInfo.InvariantCulture));
        if (query.ContainsKey("nobody"))
            return new OkObjectResult(new { bytes = -1 });
        if (query.ContainsKey("gate"))
        {
            try
            {
                await gate.PassAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                journal.Add("http-cancelled", new { aborted = req.HttpContext.RequestAborted.IsCancellationRequested });
                throw;
            }
        }
        return new OkObjectResult(new { bytes = await CountAsync(req.Body, cancellation), contentType = req.ContentType, contentLength = req.ContentLength });
    }

    [Function("health")]
    public IActionResult Health(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/{kind}")] HttpRequest req, FunctionContext context, string kind)
    {
        journal.Add("http", Seen(req, context));
        return new OkObjectResult(new { kind, status = "ok" });
    }

    private static async Task<long> CountAsync(Stream body, CancellationToken cancellation)
    {
        var buffer = new byte[1 << 16];
        long bytes = 0;
        for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
            bytes += read;
        return bytes;
    }

    private static object Seen(HttpRequest request, FunctionContext context) => new
    {
        request.Method,
        request.Scheme,
        host = request.Host.Value,
        path = request.Path.Value,
        query = request.QueryString.Value,
        request.Protocol,
        headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()),
        data = context.BindingContext.BindingData.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString()),
        traceparent = context.TraceContext.TraceParent,
    };
}
