using Microsoft.Extensions.Logging.Console;
using Serverless.LocalHost.AppFolder;

namespace Serverless.LocalHost;

/// <summary>What is logged: host.json's <c>logging</c> decides, as on the real host.</summary>
internal static class HostLogging
{
    public static ILoggerFactory Create(LocalHostOptions options, HostJson host) => LoggerFactory.Create(logging =>
    {
        logging.Services.AddSingleton(TimeProvider.System);
        logging.AddConsole(console => console.FormatterName = FuncConsoleFormatter.FormatName);
        logging.AddConsoleFormatter<FuncConsoleFormatter, ConsoleFormatterOptions>();
        logging.SetMinimumLevel(LogLevel.Information);
        // Our own web servers and the SDK's clients have nothing to tell that a developer of functions wants to know.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        logging.AddFilter("Yarp", LogLevel.Error);
        logging.AddFilter("Grpc", LogLevel.Error);
        logging.AddFilter("Azure", LogLevel.Error);
        logging.AddConfiguration(host.Logging);
        if (options.Verbose)
            logging.AddFilter("Serverless.LocalHost", LogLevel.Debug);
    });
}
