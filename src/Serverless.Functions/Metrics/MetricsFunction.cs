using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;
using Serverless.Functions.Json;
using Serverless.Functions.Telemetry;

namespace Serverless.Functions.Metrics;

/// <summary>Serves the classifier's metrics, since this process started, to a Prometheus that scrapes.</summary>
public sealed class MetricsFunction(MeterReadings readings, IOptions<TelemetryOptions> options)
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    [Function("Metrics")]
    public IResult Run([HttpTrigger(AuthorizationLevel.Function, "get", Route = "metrics")] HttpRequest request) => options.Value.PrometheusMetrics
        ? new JsonAnswer(StatusCodes.Status200OK, Encoding.UTF8.GetBytes(PrometheusText.Write(readings.Take())), ContentType)
        : throw new ClassifierException(FunctionErrors.MetricsOff, $"Metrics are not served here; the setting {nameof(TelemetryOptions.PrometheusMetrics)}=true turns them on.");
}
