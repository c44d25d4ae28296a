using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Telemetry;

/// <summary>Looks at the settings of telemetry; reports all problems at once.</summary>
internal sealed class TelemetryOptionsValidator(IConfiguration settings) : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        const string Setting = nameof(TelemetryOptions.PrometheusMetrics);
        var found = ExportTargets.Read(settings).Problems.ToList();
        if (settings[Setting] is { Length: > 0 } text && !bool.TryParse(text, out _))
        {
            found.Add($"{Setting} is '{text}': true or false is expected.");
        }

        return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }
}
