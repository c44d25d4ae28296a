using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.EndToEnd.Tests;

/// <summary>A span as it came over the wire.</summary>
internal sealed record ReceivedSpan(string TraceId, string SpanId, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes);

/// <summary>Takes what an app exports with OTLP over HTTP, on a port of the system's choice.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private readonly ConcurrentQueue<string> _metrics = new();
    private readonly ConcurrentQueue<string> _logs = new();

    private OtlpCollector(WebApplication server) => _server = server;

    public string Endpoint => _server.Urls.Single();

    public IReadOnlyCollection<ReceivedSpan> Spans => _spans;

    /// <summary>Names of the metrics that came.</summary>
    public IReadOnlyCollection<string> Metrics => _metrics;

    /// <summary>Log messages that came.</summary>
    public IReadOnlyCollection<string> Logs => _logs;

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new OtlpCollector(builder.Build());
        collector._server.MapPost("/v1/traces", request => ReceiveAsync(request, collector.ReadTraces));
        // ExportMetricsServiceRequest: resource_metrics = 1, scope_metrics = 2, metrics = 2, name = 1.
        collector._server.MapPost("/v1/metrics", request => ReceiveAsync(request, body => EnqueueTexts(collector._metrics, body, [1, 2, 2, 1])));
        // ExportLogsServiceRequest: resource_logs = 1, scope_logs = 2, log_records = 2, body = 5, string_value = 1.
        collector._server.MapPost("/v1/logs", request => ReceiveAsync(request, body => EnqueueTexts(collector._logs, body, [1, 2, 2, 5, 1])));
        await collector._server.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task ReceiveAsync(HttpContext context, Action<ReadOnlyMemory<byte>> read)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        read(body.ToArray());
    }

    private void ReadTraces(ReadOnlyMemory<byte> body)
    {
        // ExportTraceServiceRequest: resource_spans = 1, scope_spans = 2, spans = 2; a span: trace_id = 1, span_id = 2, parent_span_id = 4, name = 5, attributes = 9.
        foreach (var span in ProtobufFields.At(body, 1, 2, 2))
        {
            var attributes = ProtobufFields.At(span, 9).ToDictionary(pair => Text(pair, 1), pair => Text(pair, 2, 1));
            _spans.Enqueue(new ReceivedSpan(Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), attributes));
        }
    }

    private static void EnqueueTexts(ConcurrentQueue<string> found, ReadOnlyMemory<byte> body, int[] path)
    {
        foreach (var text in ProtobufFields.At(body, path))
        {
            found.Enqueue(Encoding.UTF8.GetString(text.Span));
        }
    }

    private static string Text(ReadOnlyMemory<byte> message, params int[] path) => Encoding.UTF8.GetString(ProtobufFields.At(message, path).FirstOrDefault().Span);

    private static string Hex(ReadOnlyMemory<byte> message, int field) => Convert.ToHexStringLower(ProtobufFields.At(message, field).FirstOrDefault().Span);
}
