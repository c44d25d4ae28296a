using System.Text.Json.Nodes;
using Google.Protobuf;
using Serverless.LocalHost.Worker.Protocol;

namespace Serverless.LocalHost.Worker;

/// <summary>Writes each message as a line of JSON: what a worker was told, to the letter, when one wonders why it did something.</summary>
internal sealed class MessageRecord(string file, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly StreamWriter _writer = new(file, append: false) { AutoFlush = true };

    public void Add(bool fromWorker, StreamingMessage message)
    {
        var line = new JsonObject
        {
            ["t"] = time.GetUtcNow().ToString("HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture),
            ["dir"] = fromWorker ? "worker->host" : "host->worker",
            ["kind"] = message.ContentCase.ToString(),
            ["size"] = message.CalculateSize(),
            ["message"] = JsonNode.Parse(JsonFormatter.Default.Format(message)),
        };
        lock (_lock)
            _writer.WriteLine(line.ToJsonString());
    }

    public void Dispose() => _writer.Dispose();
}
