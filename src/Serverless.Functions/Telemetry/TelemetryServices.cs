using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Logs;
using Serverless.Classifier.Telemetry;
using Serverless.Functions.Metrics;

namespace Serverless.Functions.Telemetry;

/// <summary>Registers what listens to the app's telemetry: nothing, unless a setting asks for it.</summary>
internal static class TelemetryServices
{
    /// <summary>Adds the settings (validated at start), the metrics endpoint's listener and the exporters that the settings name.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TelemetryOptions>()
            .Configure<IConfiguration>((options, settings) =>
                options.PrometheusMetrics = bool.TryParse(settings[nameof(options.PrometheusMetrics)], out var wanted) && wanted)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
        services.AddSingleton<MeterReadings>().AddHostedService(provider => provider.GetRequiredService<MeterReadings>());

        var targets = ExportTargets.Read(configuration);
        // With wrong settings the validator speaks; exporters would fail before it.
        return targets.Any && targets.Problems.Count == 0 ? services.AddExporters(targets) : services;
    }

    private static IServiceCollection AddExporters(this IServiceCollection services, ExportTargets targets)
    {
        var telemetry = services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            .WithTracing(tracing => tracing.AddSource(ClassifierTelemetry.Name, FunctionTelemetry.Name))
            .WithMetrics(metrics => metrics.AddMeter(ClassifierTelemetry.Name));
        services.Configure<OpenTelemetryLoggerOptions>(logs => logs.IncludeFormattedMessage = true);
        // The web server tells of each request twice; the host's spans do so already.
        services.AddLogging(logging => logging.AddFilter<OpenTelemetryLoggerProvider>("Microsoft.AspNetCore", LogLevel.Warning));
        if (targets.Otlp)
        {
            telemetry.UseOtlpExporter();
        }

        if (targets.ConnectionString is { } connection)
        {
            telemetry.UseAzureMonitorExporter(monitor =>
            {
                monitor.ConnectionString = connection;
                monitor.Credential = targets.Identity is { } identity
                    ? new ManagedIdentityCredential(identity.ClientId is { } id ? ManagedIdentityId.FromUserAssignedClientId(id) : ManagedIdentityId.SystemAssigned)
                    : null;
            });
        }

        return services;
    }
}
