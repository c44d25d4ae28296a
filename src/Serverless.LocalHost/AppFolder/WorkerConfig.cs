using System.Text.Json;

namespace Serverless.LocalHost.AppFolder;

/// <summary>worker.config.json: how the app's worker is started.</summary>
/// <param name="Executable">The program: <c>dotnet</c>, or the worker itself when it is self-contained.</param>
/// <param name="Arguments">What comes first on its command line: the worker's assembly, or nothing.</param>
internal sealed record WorkerConfig(string Executable, IReadOnlyList<string> Arguments)
{
    private const string Language = "dotnet-isolated";

    public static WorkerConfig Read(string folder)
    {
        var file = Path.Combine(folder, "worker.config.json");
        if (!File.Exists(file))
            throw new LocalHostException($"There is no worker.config.json in {folder}: --app wants the folder that `dotnet publish` made of a .NET isolated worker.");
        return Parse(File.ReadAllText(file), folder, file);
    }

    internal static WorkerConfig Parse(string json, string folder, string file = "worker.config.json")
    {
        using var document = JsonSettings.Parse(json, file);
        if (!document.RootElement.TryGetProperty("description", out var description))
            throw new LocalHostException($"{file} has no \"description\".");
        var language = Text(description, "language");
        if (language != Language)
            throw new LocalHostException($"{file} is for the language \"{language}\"; this host runs \"{Language}\" alone.");
        var executable = Text(description, "defaultExecutablePath")
            ?? throw new LocalHostException($"{file} does not say \"defaultExecutablePath\".");
        var worker = Text(description, "defaultWorkerPath");
        if (worker is { Length: > 0 })
        {
            worker = Path.GetFullPath(Path.Combine(folder, worker));
            if (!File.Exists(worker))
                throw new LocalHostException($"{file} names the worker {worker}, which does not exist.");
            return new WorkerConfig(executable, [worker]);
        }
        return new WorkerConfig(executable.Replace("{WorkerRoot}", Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal), []);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
