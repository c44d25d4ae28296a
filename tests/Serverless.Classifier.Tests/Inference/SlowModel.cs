using System.Diagnostics;
using System.Text.Json.Nodes;
using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests.Inference;

/// <summary>
/// A model that loads when the test says so: its graph is a named pipe, whose reader waits until somebody writes. The rest is an embedded model.
/// </summary>
internal sealed class SlowModel : IDisposable
{
    private readonly string _source;
    private readonly string _pipe;
    private bool _loaded;

    public SlowModel(TemporaryModels models, string name, string source)
    {
        _source = source;
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "manifest.json")))!.AsObject();
        manifest["name"] = name;
        var folder = models.Add(name, manifest);
        foreach (var file in Directory.EnumerateFiles(source).Where(file => Path.GetFileName(file) is not ("manifest.json" or "model.onnx")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        _pipe = Path.Combine(folder, "model.onnx");
        using var mkfifo = Process.Start("mkfifo", [_pipe]);
        mkfifo.WaitForExit();
    }

    /// <summary>Gives the graph to the load that waits for it.</summary>
    public void LetLoad()
    {
        _loaded = true;
        using var pipe = new FileStream(_pipe, FileMode.Open, FileAccess.Write);
        pipe.Write(File.ReadAllBytes(Path.Combine(_source, "model.onnx")));
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
