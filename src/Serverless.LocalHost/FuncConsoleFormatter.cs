using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Serverless.LocalHost;

/// <summary>Log lines as <c>func start</c> prints them: the time in brackets, then the message.</summary>
internal sealed class FuncConsoleFormatter(TimeProvider time) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "func";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var colour = Console.IsOutputRedirected ? null : logEntry.LogLevel switch
        {
            LogLevel.Warning => "\e[33m",
            LogLevel.Error or LogLevel.Critical => "\e[31m",
            _ => null,
        };
        var now = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (logEntry.Exception is { } exception)
            text += "\n" + exception;
        textWriter.WriteLine($"[{now}] {colour}{text}{(colour is null ? "" : "\e[0m")}");
    }
}
