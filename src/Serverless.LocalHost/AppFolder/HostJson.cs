namespace Serverless.LocalHost.AppFolder;

/// <summary>host.json: what the app wants of its host.</summary>
internal sealed class HostJson
{
    private static readonly string[] ServedExtensions = ["blobs", "http", "queues"];

    private readonly IConfiguration _configuration;

    private HostJson(IConfiguration configuration)
    {
        _configuration = configuration;
        RoutePrefix = (configuration["extensions:http:routePrefix"] ?? "api").Trim('/');
        PoisonBlobThreshold = Number("extensions:blobs:poisonBlobThreshold", 5);
        FunctionTimeout = Time("functionTimeout", TimeSpan.FromMinutes(30));
    }

    /// <summary>What stands before the routes of the functions; may be empty.</summary>
    public string RoutePrefix { get; }

    /// <summary>How often a blob is tried.</summary>
    public int PoisonBlobThreshold { get; }

    /// <summary>How long an invocation may take; null is for ever.</summary>
    public TimeSpan? FunctionTimeout { get; }

    public IConfiguration Logging => _configuration.GetSection("logging");

    /// <summary>The <c>extensions</c> part as configuration keys, for the WebJobs SDK.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Extensions =>
        ServedExtensions.SelectMany(name => _configuration.GetSection("extensions:" + name).AsEnumerable()).Where(pair => pair.Value is not null);

    public static HostJson Read(string folder)
    {
        var file = Path.Combine(folder, "host.json");
        if (!File.Exists(file))
            throw new LocalHostException($"There is no host.json in {folder}: --app wants the folder of a published function app.");
        return Parse(File.ReadAllText(file), file);
    }

    internal static HostJson Parse(string json, string file = "host.json")
    {
        var values = JsonSettings.Flatten(json, file);
        if (values.GetValueOrDefault("version") != "2.0")
            throw new LocalHostException($"{file} has the version \"{values.GetValueOrDefault("version")}\"; this host plays version \"2.0\".");
        return new HostJson(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }

    private int Number(string key, int otherwise) => _configuration[key] switch
    {
        null => otherwise,
        var text when int.TryParse(text, out var number) && number > 0 => number,
        var text => throw new LocalHostException($"host.json: {key} is \"{text}\" and should be a whole number above 0."),
    };

    private TimeSpan? Time(string key, TimeSpan otherwise) => _configuration[key] switch
    {
        null => otherwise,
        "-1" => null,
        var text when TimeSpan.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero => time,
        var text => throw new LocalHostException($"host.json: {key} is \"{text}\" and should be a time as \"00:10:00\", or -1 for no limit."),
    };
}
