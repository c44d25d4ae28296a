using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Serverless.LocalHost.Triggers;
using Serverless.LocalHost.Worker;
using Yarp.ReverseProxy.Forwarder;

namespace Serverless.LocalHost.Http;

/// <summary>
/// The web server that callers see. It listens from the beginning, so that a busy port is known before anything else is started; calls wait until
/// the functions are there.
/// </summary>
internal sealed class HttpHost
{
    private readonly WebApplication _app;
    private readonly FunctionRoutes _routes = new();
    private readonly BodyLimit _limit;
    private readonly FunctionKeys? _keys;
    private readonly TaskCompletionSource<TriggerHost> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _earlyCalls = [];
    private readonly int _port;
    private Task _rehearsal = Task.CompletedTask;

    public HttpHost(int port, string hostId, BodyLimit limit, FunctionKeys? keys, ILoggerFactory loggers)
    {
        (_port, _limit, _keys) = (port, limit, keys);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            if (port == 0)
                kestrel.Listen(IPAddress.Loopback, 0);
            else
                kestrel.ListenLocalhost(port);
            kestrel.Limits.MaxRequestBodySize = limit.Bytes;
        });
        builder.Services.AddRouting();
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(loggers).AddSingleton<IHostLifetime, Unattended>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        _app = builder.Build();
        _app.Use(following => context => _open.Task.IsCompleted ? following(context) : HoldAsync(following, context));
        _app.UseRouting();
        _app.Use(following => context => context.GetEndpoint() is RouteEndpoint or null ? following(context) : NotFound(context));
        ((IEndpointRouteBuilder)_app).DataSources.Add(_routes);
        _app.MapHost(hostId, keys);
        _app.MapBlobWebhook(_open.Task, keys);
    }

    public Uri Address { get; private set; } = null!;

    /// <exception cref="LocalHostException">The port is in use.</exception>
    public async Task StartAsync()
    {
        try
        {
            await _app.StartAsync();
        }
        catch (IOException problem) when (problem.InnerException is AddressInUseException)
        {
            throw new LocalHostException($"Port {_port}, where the HTTP functions should answer, is in use by another program; end it, or choose another port with --port (0 takes any free one).", problem);
        }
        var address = new Uri(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        Address = new Uri($"http://{(_port == 0 ? "127.0.0.1" : "localhost")}:{address.Port}");
        _rehearsal = RehearseAsync();
    }

    /// <summary>Ends when the calls are answered that came before <see cref="Open"/>.</summary>
    public Task EarlyCallsAsync()
    {
        lock (_earlyCalls)
            return Task.WhenAll(_earlyCalls);
    }

    /// <summary>Lets the calls in.</summary>
    public void Open(IEnumerable<HttpFunction> functions, WorkerSupervisor worker, Invoker invoker, TriggerHost triggers)
    {
        var forwarder = ActivatorUtilities.CreateInstance<FunctionForwarder>(_app.Services, worker, invoker, _limit);
        _routes.Set(functions, function => context => ServeAsync(forwarder, function, context));
        _open.TrySetResult(triggers);
    }

    /// <summary>The port closes at once; calls that run are finished.</summary>
    public async Task StopAsync()
    {
        _open.TrySetCanceled();
        await _app.StopAsync();
        await _rehearsal;
        await _app.DisposeAsync();
    }

    private async Task HoldAsync(RequestDelegate following, HttpContext context)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_earlyCalls)
            _earlyCalls.Add(answered.Task);
        try
        {
            await _open.Task.WaitAsync(context.RequestAborted);
            await following(context);
        }
        finally
        {
            answered.SetResult();
        }
    }

    /// <summary>
    /// Forwards a call to this very server, which holds it until the functions are there. So what forwarding needs is compiled while the worker starts, and not when
    /// the first caller waits for it. What becomes of the call does not matter.
    /// </summary>
    private async Task RehearseAsync()
    {
        var forwarder = _app.Services.GetRequiredService<IHttpForwarder>();
        using var client = FunctionForwarder.CreateClient();
        var call = new DefaultHttpContext { RequestServices = _app.Services, Request = { Method = HttpMethods.Get, Path = "/admin/host/ping" } };
        await Task.Run(() => forwarder.SendAsync(call, $"http://127.0.0.1:{Address.Port}", client).AsTask());
    }

    private async Task ServeAsync(FunctionForwarder forwarder, HttpFunction function, HttpContext context)
    {
        if (_keys is not null && !_keys.Open(function.Level, function.Function.Name, context.Request))
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else if (_limit.IsExceededBy(context.Request))
            await _limit.RefuseAsync(context);
        else
            await forwarder.ServeAsync(function, context);
    }

    /// <summary>For a method that the route does not have: the real host never answers 405.</summary>
    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
