using Serverless.LocalHost.Triggers;
using Serverless.LocalHost.Worker;

namespace Serverless.LocalHost.Http;

/// <summary>What the host itself answers: its home page, its health, the webhook of the blob events.</summary>
internal static class HostEndpoints
{
    private const string Home = "<!DOCTYPE html><html><head><title>Serverless local host</title></head><body><h1>Your function app is up and running.</h1></body></html>";

    public static void MapHost(this IEndpointRouteBuilder routes, string hostId, FunctionKeys? keys)
    {
        routes.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], () => Results.Content(Home, "text/html"));
        routes.MapGet("/admin/host/ping", (HttpResponse response) =>
        {
            response.Headers.CacheControl = "no-store,no-cache";
            response.Headers.Pragma = "no-cache";
        });
        routes.MapGet("/admin/host/status", (HttpRequest request) =>
            Refusal(keys, request) ?? Results.Json(new { id = hostId, state = "Running", version = WorkerSession.HostVersion }));
    }

    /// <summary>The triggers are there by the time that a call is let in.</summary>
    public static void MapBlobWebhook(this IEndpointRouteBuilder routes, Task<TriggerHost> triggers, FunctionKeys? keys) =>
        routes.Map("/runtime/webhooks/blobs", async (HttpContext context) =>
        {
            if (keys is not null && !keys.OpensWebhook(context.Request))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }
            if (CloudEvents.TryAllow(context))
                return;
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            if (EventBody.Problem(context.Request, body.ToArray()) is { } problem)
            {
                await Results.Text(problem + "\n", statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context);
                return;
            }
            using var message = Message(context.Request, body.ToArray());
            using var response = await (await triggers).DeliverAsync(message, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            if (response.Content is null)
                return;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        });

    private static IResult? Refusal(FunctionKeys? keys, HttpRequest request) =>
        keys is null || keys.Open(AuthLevel.Admin, "", request) ? null
        : keys.Knows(request) ? Results.StatusCode(StatusCodes.Status403Forbidden)
        : Results.StatusCode(StatusCodes.Status401Unauthorized);

    private static HttpRequestMessage Message(HttpRequest request, byte[] body)
    {
        var rewritten = CloudEvents.ToEventGrid(body);
        var message = new HttpRequestMessage(new HttpMethod(request.Method), $"{request.Scheme}://{request.Host}{request.Path}{request.QueryString}")
        {
            Content = new ByteArrayContent(rewritten ?? body),
        };
        if (rewritten is not null)
            message.Headers.TryAddWithoutValidation("aeg-event-type", "Notification");
        foreach (var (name, value) in request.Headers)
            if (rewritten is not null && name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                continue;
            else if (!message.Headers.TryAddWithoutValidation(name, value.AsEnumerable()))
                message.Content.Headers.TryAddWithoutValidation(name, value.AsEnumerable());
        return message;
    }
}
