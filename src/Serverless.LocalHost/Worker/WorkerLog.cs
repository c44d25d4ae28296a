using System.Collections.Concurrent;
using Serverless.LocalHost.Worker.Protocol;

namespace Serverless.LocalHost.Worker;

/// <summary>What the worker says, into the host's log: under the function's name when it belongs to an invocation, as the real host has it.</summary>
internal sealed class WorkerLog(ILoggerFactory loggers)
{
    private const int KeptLines = 20;

    private readonly ConcurrentDictionary<string, string> _running = new();
    private readonly ConcurrentQueue<string> _last = new();
    private readonly ILogger _console = loggers.CreateLogger("Host.Function.Console");

    /// <summary>What it printed last, for when it dies before it can speak.</summary>
    public string LastLines => _last.IsEmpty ? "  (nothing)" : string.Join('\n', _last.Select(line => "  " + line));

    public void Started(string invocationId, string function) => _running[invocationId] = function;

    public void Ended(string invocationId) => _running.TryRemove(invocationId, out _);

    public void Message(RpcLog log)
    {
        // The whole command line at debug level, once a start.
        var category = _running.TryGetValue(log.InvocationId, out var function)
            ? $"Function.{function}.User"
            : log.Category.Length > 0 ? log.Category : "Worker";
        Write(loggers.CreateLogger(category), (LogLevel)(int)log.Level, WithException(log));
    }

    public void Output(string line) => Line(LogLevel.Information, line);

    public void Error(string line) =>
        Line(line.Contains("warn", StringComparison.OrdinalIgnoreCase) ? LogLevel.Warning : LogLevel.Error, line);

    private void Line(LogLevel level, string line)
    {
        _last.Enqueue(line);
        while (_last.Count > KeptLines)
            _last.TryDequeue(out _);
        Write(_console, level, line);
    }

    private static string WithException(RpcLog log) =>
        log.Exception is { Message.Length: > 0 } exception ? $"{log.Message}\n{exception.Message}" : log.Message;

    // What the worker wrote is text, not a template.
    private static void Write(ILogger logger, LogLevel level, string text) => logger.Log(level, default, text, null, static (state, _) => state);
}
