using System.Text.Json;

namespace Serverless.LocalHost.Tests.Running;

/// <summary>A temporary folder with what a host and the test worker leave there: storage, the functions' journal, the gate.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), "localhost-tests", Guid.NewGuid().ToString("N"));

    public string Storage => Path.Combine(Root, "storage");

    public string Journal => Path.Combine(Root, "journal.jsonl");

    public string Gate => Path.Combine(Root, "gate");

    public string Record => Path.Combine(Root, "record.jsonl");

    /// <summary>The built test worker: bin of its project, in the configuration of these tests.</summary>
    public static string Worker { get; } = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)
        .Replace("Serverless.LocalHost.Tests", "Serverless.LocalHost.TestWorker", StringComparison.Ordinal);

    public void OpenGate() => File.WriteAllText(Gate, "");

    /// <summary>What the functions wrote down of a kind, in order.</summary>
    public IReadOnlyList<JsonElement> Entries(string kind) => [.. Lines().Where(line => line.Kind == kind).Select(line => line.Entry)];

    /// <summary>The whole journal.</summary>
    public IReadOnlyList<(string Kind, JsonElement Entry)> Lines()
    {
        if (!File.Exists(Journal))
            return [];
        using var reader = new StreamReader(new FileStream(Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        // The last line may be half written.
        return [.. reader.ReadToEnd().Split('\n')[..^1].Select(line => JsonElement.Parse(line)).Select(line => (line.GetProperty("kind").GetString()!, line.GetProperty("entry")))];
    }

    public IReadOnlyList<string> Names(string kind) => [.. Entries(kind).Select(entry => entry.GetProperty("name").GetString()!)];

    /// <summary>A copy of the worker with another host.json.</summary>
    public string WorkerWithHostJson(string json)
    {
        var copy = Directory.CreateDirectory(Path.Combine(Root, "app")).FullName;
        foreach (var file in Directory.EnumerateFiles(Worker))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(copy, "host.json"), json);
        return copy;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // A process that was killed may still hold a file for a moment; the folder is temporary.
        }
    }
}
