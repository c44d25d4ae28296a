using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Serverless.Classifier.Telemetry;
using Serverless.Functions.Telemetry;

namespace Serverless.Functions.Metrics;

/// <summary>Adds up what the classifier's instruments measure, from the app's start on; idle unless the metrics endpoint is on.</summary>
public sealed class MeterReadings(IOptions<TelemetryOptions> options) : IHostedService, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Metric> _metrics = new(StringComparer.Ordinal);
    private MeterListener? _listener;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.PrometheusMetrics)
        {
            Listen(ClassifierTelemetry.Name);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _listener?.Dispose();

    /// <summary>What was measured so far.</summary>
    internal IReadOnlyList<Metric> Take()
    {
        lock (_lock)
        {
            return [.. _metrics.Values.Select(metric => metric.Copy())];
        }
    }

    /// <summary>Begins to add up the measurements of a meter.</summary>
    internal void Listen(string meter)
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == meter && Metric.Of(instrument) is { } metric)
                {
                    lock (_lock)
                    {
                        _metrics.Add(instrument.Name, metric);
                    }

                    listener.EnableMeasurementEvents(instrument, metric);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, metric) => Add(value, tags, metric));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, metric) => Add(value, tags, metric));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, metric) => Add(value, tags, metric));
        _listener.Start();
    }

    private void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? metric)
    {
        var labels = PrometheusText.Labels(tags);
        lock (_lock)
        {
            ((Metric)metric!).Add(labels, value);
        }
    }
}
