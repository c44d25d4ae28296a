namespace Serverless.LocalHost;

/// <summary>What the command line said.</summary>
internal sealed record LocalHostOptions
{
    /// <summary>The folder of the published function app.</summary>
    public required string AppFolder { get; init; }

    /// <summary>Where HTTP functions answer; 0 takes any free port.</summary>
    public int Port { get; init; } = 7071;

    public int BlobPort { get; init; } = 10000;

    public int QueuePort { get; init; } = 10001;

    public int TablePort { get; init; } = 10002;

    /// <summary>Azurite's data and this host's own notes.</summary>
    public string StorageFolder { get; init; } = Path.GetFullPath(".azurite");

    /// <summary>The program to start Azurite with; null looks for the npm package.</summary>
    public string? AzuritePath { get; init; }

    /// <summary>Null takes local.settings.json of the app folder if there is one.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>Settings of the command line: stronger than the file and the environment.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public bool Auth { get; init; }

    public string? ReadyFile { get; init; }

    /// <summary>Where to write every message between host and worker, a line of JSON each.</summary>
    public string? RecordFile { get; init; }

    public bool Verbose { get; init; }
}
