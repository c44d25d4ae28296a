using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Serverless.ModelTool.Tests.Downloads;

/// <summary>A real web server that gives files, as a mirror does, and notes what it was asked for.</summary>
public sealed class MirrorServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<HttpContext, IResult>> _answers = new();

    private readonly ConcurrentDictionary<long, TaskCompletionSource> _waiting = new();

    private MirrorServer(WebApplication app) => _app = app;

    /// <summary>What it was asked for, in order.</summary>
    public ConcurrentQueue<MirrorRequest> Requests { get; } = new();

    public static async Task<MirrorServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new MirrorServer(builder.Build());
        server._app.Run(context =>
        {
            var headers = context.Request.Headers;
            server.Requests.Enqueue(new(context.Request.Path, headers.Range.ToString(), headers.IfRange.ToString()));
            return server._answers[context.Request.Path](context).ExecuteAsync(context);
        });
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The address of a path.</summary>
    public Uri this[string path] => new(new Uri(_app.Urls.Single()), path);

    /// <summary>A file that is served with ranges and an entity tag.</summary>
    public Uri Serve(string path, byte[] content, string tag = "1") =>
        Answer(path, _ => Results.Bytes(content, enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{tag}\"")));

    /// <summary>Answers however a test wants.</summary>
    public Uri Answer(string path, Func<HttpContext, IResult> answer)
    {
        _answers[path] = answer;
        return this[path];
    }

    /// <summary>A file whose first answer breaks off in the middle; the others are whole.</summary>
    public Uri ServeBrokenOnce(string path, byte[] content, int brokenAt)
    {
        var asked = 0;
        return Answer(path, _ => Interlocked.Increment(ref asked) == 1
            ? new Broken(this, content, brokenAt)
            : Results.Bytes(content, enableRangeProcessing: true, entityTag: new EntityTagHeaderValue("\"1\"")));
    }

    /// <summary>A file that breaks off in every answer, at the same place.</summary>
    public Uri ServeBroken(string path, byte[] content, int brokenAt) => Answer(path, _ => new Broken(this, content, brokenAt));

    /// <summary>
    /// Tells it what has arrived: a broken answer breaks off when its last byte has, since what is underway would be lost with the
    /// connection.
    /// </summary>
    public void HasArrived(long bytes)
    {
        foreach (var waiting in _waiting.Where(waiting => waiting.Key <= bytes))
        {
            waiting.Value.TrySetResult();
        }
    }


    /// <summary>Sends the beginning and then nothing more, until the client leaves.</summary>
    public Uri ServeStalled(string path, byte[] content, int stalledAt) => Answer(path, _ => new Stalled(content, stalledAt));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Broken(MirrorServer server, byte[] content, int length) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentLength = content.Length;
            httpContext.Response.Headers.ETag = "\"1\"";
            var arrived = server._waiting[length] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await httpContext.Response.Body.WriteAsync(content.AsMemory(0, length));
            await httpContext.Response.Body.FlushAsync();
            await arrived.Task.WaitAsync(httpContext.RequestAborted);
            httpContext.Abort();
        }
    }

    private sealed class Stalled(byte[] content, int length) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentLength = content.Length;
            httpContext.Response.Headers.ETag = "\"1\"";
            await httpContext.Response.Body.WriteAsync(content.AsMemory(0, length));
            await httpContext.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, httpContext.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}

/// <summary>What a server was asked for.</summary>
public sealed record MirrorRequest(string Path, string Range, string IfRange);
