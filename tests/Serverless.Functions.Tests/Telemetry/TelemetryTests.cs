using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Serverless.Classifier.Telemetry;
using Serverless.Functions.Telemetry;

namespace Serverless.Functions.Tests.Telemetry;

/// <summary>What OpenTelemetry gets of one upload, with an exporter that keeps it in memory.</summary>
[Collection(nameof(MeasuredAlone))]
public sealed class TelemetryTests : IDisposable
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string HostSpanId = "b7ad6b7169203331";

    private readonly AzuriteFixture _fixture;
    private readonly List<Activity> _spans = [];
    private readonly List<Metric> _metrics = [];
    private readonly TracerProvider _tracing;
    private readonly MeterProvider _metering;

    public TelemetryTests(AzuriteFixture fixture)
    {
        _fixture = fixture;
        _tracing = Sdk.CreateTracerProviderBuilder().AddSource("Microsoft.Azure.Functions.Worker", ClassifierTelemetry.Name, FunctionTelemetry.Name).AddInMemoryExporter(_spans).Build();
        _metering = Sdk.CreateMeterProviderBuilder().AddMeter(ClassifierTelemetry.Name).AddInMemoryExporter(_metrics).Build();
    }

    public void Dispose()
    {
        _tracing.Dispose();
        _metering.Dispose();
    }

    [Fact]
    public async Task TheWayFromTheBlobToItsResultIsOneTraceBelowTheHosts()
    {
        await UploadAsync("cat.png", Pictures.Cat);

        Assert.Equal(
            [
                "classify -> classify blob", "classify blob -> function ClassifyBlob", "decode -> classify", "function ClassifyBlob -> host", "infer -> classify",
                "load model -> classify", "read image -> classify blob", "write result -> classify blob",
            ],
            _spans.Select(span => $"{span.DisplayName} -> {ParentOf(span)}").Order(StringComparer.Ordinal));
        Assert.All(_spans, span => Assert.Equal(TraceId, span.TraceId.ToHexString()));
    }

    [Fact]
    public async Task TheBlobsSpanNamesBlobModelAndOutcome()
    {
        await UploadAsync("pets/cat.png", Pictures.Cat);

        var span = _spans.Single(span => span.DisplayName == "classify blob");
        Assert.Equal("pets/cat.png", span.GetTagItem("faas.document.name"));
        Assert.StartsWith("images-", (string?)span.GetTagItem("faas.document.collection"), StringComparison.Ordinal);
        Assert.Equal(TestApp.Model, span.GetTagItem("classifier.model.name"));
        Assert.Equal("Written", $"{span.GetTagItem("classifier.outcome")}");
        Assert.Null(span.GetTagItem("error.type"));
    }

    [Fact]
    public async Task ARejectedImagesSpanHasItsCodeAndIsNoFailure()
    {
        await UploadAsync("text.png", Pictures.Text);

        var span = _spans.Single(span => span.DisplayName == "classify blob");
        Assert.Equal("not_an_image", span.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public async Task WhatStorageRefusesToTheEndIsAFailedSpan()
    {
        await using var azurite = await AzuriteProcess.StartNewAsync();
        await using var app = await TestApp.CreateAsync(azurite, ("BlobPatienceSeconds", "1"));
        await azurite.StopAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => app.ClassifyBlobAsync("cat.png"));

        Assert.Equal(ActivityStatusCode.Error, _spans.Single(span => span.DisplayName == "classify blob").Status);
    }

    [Fact]
    public async Task AnUploadIsMeasured()
    {
        await UploadAsync("cat.png", Pictures.Cat);
        _metering.ForceFlush();

        Assert.Equal(1, Total("classifier.images.classified", ("classifier.model.name", TestApp.Model), ("classifier.device", "cpu")));
        Assert.Equal(1, Count("classifier.decode.duration", ("classifier.image.format", "png")));
        Assert.Equal(1, Count("classifier.inference.duration", ("classifier.model.name", TestApp.Model), ("classifier.device", "cpu")));
        Assert.Equal(1, Count("classifier.batch.size", ("classifier.model.name", TestApp.Model), ("classifier.device", "cpu")));
        Assert.Equal(1, Count("classifier.model.load.duration", ("classifier.model.name", TestApp.Model), ("classifier.device", "cpu")));
        Assert.DoesNotContain(_metrics, metric => metric.Name == "classifier.images.rejected");
    }

    [Fact]
    public async Task DurationsAreSecondsWithBucketsThatTellThemApart()
    {
        var start = Stopwatch.GetTimestamp();
        await UploadAsync("cat.png", Pictures.Cat);
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _metering.ForceFlush();

        foreach (var name in new[] { "classifier.decode.duration", "classifier.inference.duration", "classifier.model.load.duration" })
        {
            var metric = _metrics.Single(metric => metric.Name == name);
            Assert.Equal("s", metric.Unit);
            Assert.InRange(Points(metric).Single().GetHistogramSum(), 1e-6, elapsed);
        }
    }

    [Theory]
    [InlineData("text", "not_an_image")]
    [InlineData("half", "image_truncated")]
    [InlineData("large", "image_too_large")]
    public async Task ARefusalIsCountedOnceByItsCode(string content, string code)
    {
        await UploadAsync("upload", content switch { "text" => Pictures.Text, "half" => Pictures.HalfARocket, _ => Pictures.Cat }, ("Classifier:MaxImageBytes", "150000"));
        _metering.ForceFlush();

        Assert.Equal(1, Total("classifier.images.rejected", ("error.type", code)));
        Assert.DoesNotContain(_metrics, metric => metric.Name == "classifier.images.classified");
    }

    [Fact]
    public async Task WhenTheWorkIsDoneTheQueueIsEmpty()
    {
        await UploadAsync("cat.png", Pictures.Cat);
        _metering.ForceFlush();

        Assert.Equal(0, Total("classifier.queue.depth", ("classifier.queue.state", "waiting")));
        Assert.Equal(0, Total("classifier.queue.depth", ("classifier.queue.state", "working")));
    }

    [Fact]
    public async Task AnImageThatWaitsForItsModelIsInTheQueue()
    {
        using var models = new TemporaryFolder();
        using var slow = new SlowModel(models.Path, "slow", TestFiles.InRepository("models", TestApp.Model));
        await using var app = await TestApp.CreateAsync(_fixture.Azurite, ("Classifier:ModelsPath", models.Path), ("Classifier:Model", "slow"));
        await app.UploadAsync("cat.png", Pictures.Cat);

        var work = app.ClassifyBlobAsync("cat.png");
        await Eventually.TrueAsync(() =>
        {
            _metrics.Clear();
            _metering.ForceFlush();
            return Total("classifier.queue.depth", ("classifier.queue.state", "waiting")) == 1;
        });
        slow.LetLoad();
        await work;
    }

    /// <summary>Does what the worker does for an event of which the host says that it belongs to its trace.</summary>
    private async Task UploadAsync(string name, byte[] content, params (string, string)[] settings)
    {
        await using var app = await TestApp.CreateAsync(_fixture.Azurite, settings);
        await app.UploadAsync(name, content);
        using var invocations = new ActivitySource("Microsoft.Azure.Functions.Worker");
        using var invocation = invocations.StartActivity("function ClassifyBlob", ActivityKind.Internal, ActivityContext.Parse($"00-{TraceId}-{HostSpanId}-01", null));
        await app.ClassifyBlobAsync(name);
    }

    private string ParentOf(Activity span) => span.ParentSpanId.ToHexString() == HostSpanId
        ? "host"
        : _spans.Single(other => other.SpanId == span.ParentSpanId).DisplayName;

    private long Total(string metric, params (string, string)[] attributes) => Point(metric, attributes)?.GetSumLong() ?? 0;

    private long Count(string metric, params (string, string)[] attributes) => Point(metric, attributes)?.GetHistogramCount() ?? 0;

    private MetricPoint? Point(string name, (string, string)[] attributes)
    {
        foreach (var point in _metrics.Where(metric => metric.Name == name).SelectMany(Points))
        {
            var tags = new List<(string, string)>();
            foreach (var (key, value) in point.Tags)
            {
                tags.Add((key, $"{value}"));
            }

            if (tags.Order().SequenceEqual(attributes.Order())) return point;
        }

        return null;
    }

    private static List<MetricPoint> Points(Metric metric)
    {
        var points = new List<MetricPoint>();
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            points.Add(point);
        }

        return points;
    }
}
