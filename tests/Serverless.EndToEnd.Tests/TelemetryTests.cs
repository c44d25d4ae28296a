using System.Net;

namespace Serverless.EndToEnd.Tests;

/// <summary>What a collector gets of the running app, and what a Prometheus reads there.</summary>
public class TelemetryTests
{
    [Fact]
    public async Task UploadsAndCallsAreTracedWithinTheHostsTraces()
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var storage = new TemporaryFolder();
        await using var app = await StartAsync(storage, collector);

        await ResultDocument.WaitAsync(app, "pets/cat.png", await app.Images.PutAsync("pets/cat.png", Pictures.Cat));
        var blob = await SpanAsync(collector, span => span.Name == "classify blob");
        Assert.Equal(("images", "pets/cat.png", "efficientnet-lite0"), (
            blob.Attributes["faas.document.collection"], blob.Attributes["faas.document.name"], blob.Attributes["classifier.model.name"]));
        var invocation = await SpanAsync(collector, span => span.SpanId == blob.ParentId);
        Assert.Equal(("function ClassifyBlob", blob.TraceId), (invocation.Name, invocation.TraceId));
        Assert.NotEqual("", invocation.ParentId);

        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        using var request = new HttpRequestMessage(HttpMethod.Post, "classify") { Content = new ByteArrayContent(Pictures.Coffee) };
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        using var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var classify = await SpanAsync(collector, span => span.Name == "classify" && span.TraceId == Trace);
        Assert.Equal("function ClassifyImage", (await SpanAsync(collector, span => span.SpanId == classify.ParentId)).Name);

        await Eventually.TrueAsync(() => collector.Metrics.Contains("classifier.images.classified"), details: app.Tail);
        await Eventually.TrueAsync(
            () => collector.Logs.Any(line => line.StartsWith("Model efficientnet-lite0 is loaded and warm", StringComparison.Ordinal)), details: () => string.Join('\n', collector.Logs));
    }

    [Fact]
    public async Task APrometheusReadsTheMetricsOnceTheyAreTurnedOn()
    {
        using var storage = new TemporaryFolder();
        await using var app = await LocalApp.StartAsync(storage.Path, new Dictionary<string, string> { ["PrometheusMetrics"] = "true" });
        await ResultDocument.WaitAsync(app, "cat.png", await app.Images.PutAsync("cat.png", Pictures.Cat));

        var text = await app.Http.GetStringAsync(new Uri("metrics", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("classifier_images_classified_total{classifier_device=\"cpu\",classifier_model_name=\"efficientnet-lite0\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("classifier_model_load_duration_seconds_count{classifier_device=\"cpu\",classifier_model_name=\"efficientnet-lite0\"} 1\n", text, StringComparison.Ordinal);
    }

    private static Task<LocalApp> StartAsync(TemporaryFolder storage, OtlpCollector collector) => LocalApp.StartAsync(storage.Path, new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
    });

    private static Task<ReceivedSpan> SpanAsync(OtlpCollector collector, Func<ReceivedSpan, bool> wanted) => Eventually.GetAsync(
        () => Task.FromResult(collector.Spans.FirstOrDefault(wanted)), "the span is exported", details: () => string.Join('\n', collector.Spans));
}
