using System.Text.Json;

namespace Serverless.LocalHost.AppFolder;

/// <summary>
/// The app settings: local.settings.json, over it the environment of this process (as <c>func start</c> has it), over both the command line.
/// </summary>
internal sealed class AppSettings
{
    private readonly Dictionary<string, string> _values;

    internal AppSettings(IEnumerable<KeyValuePair<string, string>> values)
    {
        // Environment variables are told apart by case on Linux, settings are not: the last one wins.
        _values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in values)
            _values[name] = value;
        Configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(_values.Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value)))
            .Build();
    }

    /// <summary>Name and value as the worker gets them in its environment.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The same for look-ups, with <c>__</c> as <c>:</c>.</summary>
    public IConfigurationRoot Configuration { get; }

    public string? this[string name] => Configuration[name.Replace("__", ":", StringComparison.Ordinal)];

    public static AppSettings Read(string appFolder, LocalHostOptions options, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var file = options.SettingsFile ?? Path.Combine(appFolder, "local.settings.json");
        var fromFile = File.Exists(file) ? Parse(File.ReadAllText(file), file)
            : options.SettingsFile is null ? []
            : throw new LocalHostException($"The settings file {file} of --settings does not exist.");
        return new AppSettings([.. fromFile, .. environment, .. options.Settings]);
    }

    /// <summary>
    /// The same settings with each <c>UseDevelopmentStorage=true</c> written out for the ports that Azurite really has:
    /// the short form means 10000 to 10002 and nothing else.
    /// </summary>
    public AppSettings WithStorage(string connectionString) => new(
    [
        KeyValuePair.Create("AzureWebJobsStorage", connectionString),
        .. _values.Select(pair => IsDevelopmentStorage(pair.Value) ? KeyValuePair.Create(pair.Key, connectionString) : pair),
    ]);

    public static bool IsDevelopmentStorage(string? connection) =>
        connection is not null && string.Equals(connection.Trim().TrimEnd(';'), "UseDevelopmentStorage=true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A connection string by the name that a trigger gives: <c>AzureWebJobs</c> + name is looked at first, as the host does.</summary>
    public string? Connection(string name) =>
        this["AzureWebJobs" + name] ?? this[name] ?? Configuration["ConnectionStrings:" + name];

    /// <summary>Replaces each <c>%name%</c> by its setting; the first name without one is told in <paramref name="missing"/>.</summary>
    public string? Resolve(string text, out string? missing)
    {
        missing = null;
        var parts = text.Split('%');
        if (parts.Length % 2 == 0)
            return text;
        for (var i = 1; i < parts.Length; i += 2)
        {
            if (this[parts[i]] is not { } value)
            {
                missing = parts[i];
                return null;
            }
            parts[i] = value;
        }
        return string.Concat(parts);
    }

    internal static Dictionary<string, string> Parse(string json, string file)
    {
        using var document = JsonSettings.Parse(json, file);
        var root = document.RootElement;
        if (root.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind == JsonValueKind.True)
            throw new LocalHostException($"{file} is encrypted, which only Core Tools can read; `func settings decrypt` makes it plain.");
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!root.TryGetProperty(nameof(Values), out var section))
            return values;
        if (section.ValueKind != JsonValueKind.Object)
            throw new LocalHostException($"{file}: \"Values\" should be an object of names and texts.");
        foreach (var setting in section.EnumerateObject())
        {
            if (setting.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                throw new LocalHostException($"{file}: the setting {setting.Name} should be a text; write a__b for what is inside of a.");
            if (setting.Value.ValueKind != JsonValueKind.Null)
                values[setting.Name] = setting.Value.ToString();
        }
        return values;
    }
}
