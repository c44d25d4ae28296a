using Microsoft.Extensions.Configuration;

namespace Serverless.Functions.Telemetry;

/// <summary>Where telemetry is sent, read from the settings that OpenTelemetry and Application Insights have for it.</summary>
/// <param name="Otlp">Whether to an OTLP endpoint; the exporter reads its <c>OTEL_EXPORTER_OTLP_*</c> settings itself.</param>
/// <param name="ConnectionString">Of Application Insights; null: not there.</param>
/// <param name="Identity">Who sends to Application Insights; null: whoever has the connection string may.</param>
/// <param name="Problems">What is wrong with the settings.</param>
internal sealed record ExportTargets(bool Otlp, string? ConnectionString, SendingIdentity? Identity, IReadOnlyList<string> Problems)
{
    public const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string Connection = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>The host's own setting: <c>Authorization=AAD</c>, with <c>ClientId=</c> for an identity that the user made.</summary>
    public const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>Whether anything is sent at all.</summary>
    public bool Any => Otlp || ConnectionString is not null;

    public static ExportTargets Read(IConfiguration settings)
    {
        var problems = new List<string>();
        var otlp = Text(settings, OtlpEndpoint);
        if (otlp is not null && !(Uri.TryCreate(otlp, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https"))
        {
            problems.Add($"{OtlpEndpoint} is '{otlp}': an address such as http://localhost:4317 is expected.");
        }

        var connection = Text(settings, Connection);
        if (connection is not null && !Guid.TryParse(Pairs(connection).GetValueOrDefault("InstrumentationKey"), out _))
        {
            // The key lets others write: what is wrong is said without it.
            problems.Add($"{Connection} has no InstrumentationKey that is a GUID: copy it from the Application Insights resource.");
        }

        return new ExportTargets(otlp is not null, connection, ReadIdentity(Text(settings, Authentication), problems), problems);
    }

    private static SendingIdentity? ReadIdentity(string? text, List<string> problems)
    {
        if (text is null) return null;
        var pairs = Pairs(text);
        if (!string.Equals(pairs.GetValueOrDefault("Authorization"), "AAD", StringComparison.OrdinalIgnoreCase))
        {
            problems.Add($"{Authentication} is '{text}': Authorization=AAD is expected, with ClientId=... before it for a user-assigned identity.");
        }

        return new SendingIdentity(pairs.GetValueOrDefault("ClientId"));
    }

    private static string? Text(IConfiguration settings, string name) => string.IsNullOrWhiteSpace(settings[name]) ? null : settings[name];

    private static Dictionary<string, string> Pairs(string text)
    {
        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = pair.Split('=', 2);
            pairs[parts[0]] = parts.Length == 2 ? parts[1] : "";
        }

        return pairs;
    }
}

/// <summary>A managed identity.</summary>
/// <param name="ClientId">Of a user-assigned one; null: the system-assigned one.</param>
internal sealed record SendingIdentity(string? ClientId);
