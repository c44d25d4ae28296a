namespace Serverless.LocalHost.AppFolder;

/// <summary>What there is to run.</summary>
internal sealed record FunctionApp(string Folder, HostJson Host, WorkerConfig Worker, AppSettings Settings)
{
    public static FunctionApp Read(LocalHostOptions options)
    {
        var folder = Path.GetFullPath(options.AppFolder);
        if (!Directory.Exists(folder))
            throw new LocalHostException($"The app folder {folder} of --app does not exist.");
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? ""));
        return new FunctionApp(folder, HostJson.Read(folder), WorkerConfig.Read(folder), AppSettings.Read(folder, options, environment));
    }
}
