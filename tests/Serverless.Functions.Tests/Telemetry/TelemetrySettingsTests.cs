using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Serverless.Functions.Telemetry;

namespace Serverless.Functions.Tests.Telemetry;

/// <summary>What the settings say of telemetry's targets.</summary>
public class TelemetrySettingsTests
{
    private const string Insights = "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=http://127.0.0.1:1/";

    [Fact]
    public void WithoutATargetNothingOfOpenTelemetryIsRegistered()
    {
        var services = Services();

        Assert.DoesNotContain(services, service => $"{service.ServiceType} {service.ImplementationType}".Contains("OpenTelemetry", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", Insights)]
    public void ATargetBringsTracesMetricsAndLogs(string setting, string value)
    {
        using var services = Services((setting, value)).BuildServiceProvider();

        Assert.NotNull(services.GetService<TracerProvider>());
        Assert.NotNull(services.GetService<MeterProvider>());
        Assert.Contains(services.GetServices<ILoggerProvider>(), provider => provider.GetType().Name == "OpenTelemetryLoggerProvider");
    }

    [Fact]
    public void BothTargetsGoTogether()
    {
        using var services = Services(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("APPLICATIONINSIGHTS_CONNECTION_STRING", Insights),
            ("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "ClientId=00000000-0000-0000-0000-000000000002;Authorization=AAD")).BuildServiceProvider();

        Assert.NotNull(services.GetService<TracerProvider>());
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://localhost")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "a secret")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=a secret")]
    [InlineData("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "ClientId=a")]
    [InlineData("PrometheusMetrics", "yes")]
    public void AWrongSettingIsNamed(string setting, string value)
    {
        using var services = Services((setting, value)).BuildServiceProvider();

        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<TelemetryOptions>>().Value);

        var problem = Assert.Single(failure.Failures);
        Assert.StartsWith(setting, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ClientId=one;Authorization=AAD", "one")]
    [InlineData("Authorization=AAD", null)]
    public void TheIdentityIsTheOneThatTheHostSendsAs(string authentication, string? client)
    {
        var targets = ExportTargets.Read(Configuration(("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", authentication)));

        Assert.Equal(new SendingIdentity(client), targets.Identity);
    }

    [Fact]
    public void TheHostTracesAsTheWorkerDoes()
    {
        var host = new ConfigurationBuilder().AddJsonFile(TestFiles.InRepository("host.json")).Build();

        Assert.Equal("OpenTelemetry", host["telemetryMode"]);
    }

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();

    private static IServiceCollection Services(params (string Name, string Value)[] settings)
    {
        var configuration = Configuration(settings);
        return new ServiceCollection().AddSingleton(configuration).AddTelemetry(configuration);
    }
}
