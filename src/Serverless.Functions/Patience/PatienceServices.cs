using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Patience;

/// <summary>Registers how long is waited.</summary>
internal static class PatienceServices
{
    /// <summary>Adds the settings, validated at start.</summary>
    public static IServiceCollection AddPatience(this IServiceCollection services)
    {
        services.AddOptions<PatienceOptions>()
            .Configure<IConfiguration>((options, settings) =>
            {
                options.BlobPatienceSeconds = Read(settings, nameof(options.BlobPatienceSeconds), options.BlobPatienceSeconds);
                options.HttpLoadPatienceSeconds = Read(settings, nameof(options.HttpLoadPatienceSeconds), options.HttpLoadPatienceSeconds);
            })
            .ValidateOnStart();
        return services.AddSingleton<IValidateOptions<PatienceOptions>, Validator>();
    }

    /// <summary>What is no number becomes one that the validator refuses: it is then reported beside the other problems.</summary>
    private static double Read(IConfiguration settings, string name, double byDefault) => settings[name] is not { Length: > 0 } text
        ? byDefault
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : double.NaN;

    private sealed class Validator(IConfiguration settings) : IValidateOptions<PatienceOptions>
    {
        public ValidateOptionsResult Validate(string? name, PatienceOptions options)
        {
            string?[] problems =
            [
                Problem(nameof(options.BlobPatienceSeconds), options.BlobPatienceSeconds, 1, 86_400),
                Problem(nameof(options.HttpLoadPatienceSeconds), options.HttpLoadPatienceSeconds, 0, 200),
            ];
            var found = problems.OfType<string>().ToList();
            return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
        }

        private string? Problem(string setting, double seconds, double least, double most) => seconds >= least && seconds <= most
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{setting} is '{settings[setting]}': a number of seconds from {least} to {most:N0} is expected.");
    }
}
