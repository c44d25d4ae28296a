using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Serverless.Functions.Metrics;
using Serverless.Functions.Telemetry;

namespace Serverless.Functions.Tests.Metrics;

/// <summary>The text that Prometheus reads, against lines written by hand from its format's description.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new($"tests-{Guid.NewGuid():N}");
    private readonly MeterReadings _readings = new(Options.Create(new TelemetryOptions()));

    public PrometheusTextTests() => _readings.Listen(_meter.Name);

    public void Dispose()
    {
        _readings.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void ACounterIsATotal()
    {
        var counter = _meter.CreateCounter<long>("images.done", "{image}", "Images that are done.");
        counter.Add(2);
        counter.Add(3);

        Assert.Equal("# HELP images_done_total Images that are done.\n# TYPE images_done_total counter\nimages_done_total 5\n", Text());
    }

    [Fact]
    public void WhatGoesUpAndDownIsAGauge()
    {
        var depth = _meter.CreateUpDownCounter<long>("queue.depth", "{image}", "Inside.");
        depth.Add(2, new KeyValuePair<string, object?>("queue.state", "waiting"));
        depth.Add(-1, new KeyValuePair<string, object?>("queue.state", "waiting"));

        Assert.Equal("# HELP queue_depth Inside.\n# TYPE queue_depth gauge\nqueue_depth{queue_state=\"waiting\"} 1\n", Text());
    }

    [Fact]
    public void AHistogramsBucketsAddUpAndABoundBelongsToItsBucket()
    {
        var duration = _meter.CreateHistogram("work.duration", "s", "Of work.", tags: null, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.25, 1] });
        foreach (var seconds in new[] { 0.125, 0.25, 0.5, 4 })
        {
            duration.Record(seconds, new KeyValuePair<string, object?>("model", "m"));
        }

        Assert.Equal(
            """
            # HELP work_duration_seconds Of work.
            # TYPE work_duration_seconds histogram
            work_duration_seconds_bucket{model="m",le="0.25"} 2
            work_duration_seconds_bucket{model="m",le="1"} 3
            work_duration_seconds_bucket{model="m",le="+Inf"} 4
            work_duration_seconds_sum{model="m"} 4.875
            work_duration_seconds_count{model="m"} 4

            """, Text());
    }

    [Fact]
    public void TheOrderOfAttributesMakesNoOtherSeries()
    {
        var counter = _meter.CreateCounter<long>("done");
        KeyValuePair<string, object?> a = new("a", 1), b = new("b", true);
        counter.Add(1, a, b);
        counter.Add(1, b, a);

        Assert.EndsWith("\ndone_total{a=\"1\",b=\"True\"} 2\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void QuotesBackslashesAndLineBreaksOfAValueAreEscaped()
    {
        _meter.CreateCounter<long>("done").Add(1, new KeyValuePair<string, object?>("name", "a\"b\\c\nd"));

        Assert.EndsWith("\ndone_total{name=\"a\\\"b\\\\c\\nd\"} 1\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsTakenDoesNotMoveWithLaterMeasurements()
    {
        var counter = _meter.CreateCounter<long>("done");
        counter.Add(1);
        var taken = _readings.Take();
        counter.Add(1);

        Assert.EndsWith("\ndone_total 1\n", PrometheusText.Write(taken), StringComparison.Ordinal);
    }

    private string Text() => PrometheusText.Write(_readings.Take());
}
