using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Serverless.Testing;

/// <summary>
/// A model that loads when the test says so: its graph is a named pipe, whose reader waits until somebody writes. The rest is a copy of a real model.
/// </summary>
public sealed class SlowModel : IDisposable
{
    private const string Graph = "model.onnx";

    private readonly string _source;
    private readonly string _pipe;
    private bool _loaded;

    /// <summary>Makes the model's folder.</summary>
    /// <param name="modelsRoot">The models folder to make it in.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="source">Folder of the model to copy.</param>
    public SlowModel(string modelsRoot, string name, string source)
    {
        _source = source;
        var folder = Directory.CreateDirectory(Path.Combine(modelsRoot, name)).FullName;
        foreach (var file in Directory.EnumerateFiles(source).Where(file => Path.GetFileName(file) != Graph))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var manifestPath = Path.Combine(folder, "manifest.json");
        var manifest = JsonNode.Parse(File.ReadAllText(manifestPath))!;
        manifest["name"] = name;
        File.WriteAllText(manifestPath, manifest.ToJsonString());

        _pipe = Path.Combine(folder, Graph);
        using var mkfifo = Process.Start("mkfifo", [_pipe]);
        mkfifo.WaitForExit();
    }

    /// <summary>Gives the graph to the load that waits for it.</summary>
    public void LetLoad()
    {
        _loaded = true;
        using var pipe = new FileStream(_pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        pipe.Write(File.ReadAllBytes(Path.Combine(_source, Graph)));
    }

    public void Dispose()
    {
        if (!_loaded)
        {
            // Opened both ways a pipe does not wait for its reader; a load that waits meets the end of the file and fails.
            using var pipe = new FileStream(_pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
    }
}
