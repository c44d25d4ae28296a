namespace Serverless.Functions.Telemetry;

/// <summary>What the app tells of itself over HTTP; where it sends telemetry is said by the exporters' own settings.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Whether <c>GET /api/metrics</c> answers. <value><c>false</c> by default; measuring costs nothing until somebody listens.</value></summary>
    public bool PrometheusMetrics { get; set; }
}
