using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Azure.WebJobs.Host.Config;
using Microsoft.Azure.WebJobs.Host.Executors;
using Microsoft.Azure.WebJobs.Host.Timers;
using Serverless.LocalHost.AppFolder;
using Serverless.LocalHost.Worker;

namespace Serverless.LocalHost.Triggers;

/// <summary>One run of the WebJobs SDK, the engine of the real host, with its storage extensions.</summary>
internal sealed class JobHostSession : IWebHookProvider, IWebJobsExceptionHandler, ITypeLocator, INameResolver, IHostIdProvider, IHostLifetime
{
    private readonly string _hostId;
    private readonly AppSettings _settings;
    private readonly Type _functions;
    private readonly IHost _host;
    private readonly TaskCompletionSource<Exception> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IAsyncConverter<HttpRequestMessage, HttpResponseMessage>? _webhook;

    public JobHostSession(FunctionApp app, string hostId, IReadOnlyList<WorkerFunction> functions, Func<string, object, Binder, CancellationToken, Task> run, ILoggerFactory loggers)
    {
        _hostId = hostId;
        _settings = app.Settings;
        _functions = TriggerTypeBuilder.Build(functions);
        var configuration = new ConfigurationBuilder()
            .AddConfiguration(app.Settings.Configuration)
            .AddInMemoryCollection(app.Host.Extensions.Select(pair => KeyValuePair.Create("AzureWebJobs:" + pair.Key, pair.Value)))
            .Build();
        _host = new HostBuilder()
            .ConfigureWebJobs(web => web.AddAzureStorageBlobs().AddAzureStorageQueues())
            .ConfigureServices(services => services
                .AddSingleton<IConfiguration>(configuration)
                .AddSingleton<IWebHookProvider>(this)
                .AddSingleton<IWebJobsExceptionHandler>(this)
                .AddSingleton<ITypeLocator>(this)
                .AddSingleton<INameResolver>(this)
                .AddSingleton<IHostIdProvider>(this)
                .AddSingleton<IHostLifetime>(this)
                .AddSingleton(run)
                .AddSingleton<ILoggerFactory>(new SdkLoggers(loggers)))
            .Build();
    }

    /// <summary>Completes when a listener of the SDK has given up, as it does when the storage is away for some seconds.</summary>
    public Task<Exception> Broken => _broken.Task;

    public Task StartAsync(CancellationToken cancellation) => _host.StartAsync(cancellation);

    /// <summary>Gives an event to the blob extension, as Event Grid would.</summary>
    public Task<HttpResponseMessage> DeliverAsync(HttpRequestMessage message, CancellationToken cancellation) =>
        _webhook is { } webhook
            ? webhook.ConvertAsync(message, cancellation)
            : Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.NotFound));

    /// <summary>Takes nothing new and waits for what runs.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        // Stopping alone would cancel what runs, which costs it a try.
        await _host.Services.GetRequiredService<IDrainModeManager>().EnableDrainModeAsync(cancellation);
        await _host.StopAsync(cancellation);
        _host.Dispose();
    }

    Uri IWebHookProvider.GetUrl(IExtensionConfigProvider extension)
    {
        _webhook ??= extension as IAsyncConverter<HttpRequestMessage, HttpResponseMessage>;
        return new Uri("http://localhost/runtime/webhooks/blobs");
    }

    Task IWebJobsExceptionHandler.OnTimeoutExceptionAsync(System.Runtime.ExceptionServices.ExceptionDispatchInfo exceptionInfo, TimeSpan timeoutGracePeriod) => Task.CompletedTask;

    Task IWebJobsExceptionHandler.OnUnhandledExceptionAsync(System.Runtime.ExceptionServices.ExceptionDispatchInfo exceptionInfo)
    {
        _broken.TrySetResult(exceptionInfo.SourceException);
        return Task.CompletedTask;
    }

    IReadOnlyList<Type> ITypeLocator.GetTypes() => [_functions];

    string? INameResolver.Resolve(string name) => _settings[name];

    Task<string> IHostIdProvider.GetHostIdAsync(CancellationToken cancellationToken) => Task.FromResult(_hostId);

    Task IHostLifetime.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostLifetime.WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The SDK's warnings and errors into our log. Not its invocation lines, which we write ourselves.</summary>
    private sealed class SdkLoggers(ILoggerFactory inner) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => new SdkLogger(inner.CreateLogger(categoryName), categoryName.StartsWith("Function", StringComparison.Ordinal)
            || categoryName is "Host.Results" or "Host.Aggregator" or "Host.Executor");

        public void AddProvider(ILoggerProvider provider)
        {
            // It has none of its own.
        }

        public void Dispose()
        {
            // Ours live longer.
        }
    }

    private sealed class SdkLogger(ILogger inner, bool silent) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => !silent && inner.IsEnabled(Level(logLevel));

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var level = Level(logLevel);
            var text = exception is null ? formatter(state, null) : $"{formatter(state, exception)}: {exception.Message}";
            inner.Log(level, eventId, text, null, static (line, _) => line);
        }

        private static LogLevel Level(LogLevel level) => level is LogLevel.Information ? LogLevel.Debug : level;
    }
}
