using System.Text.Json.Nodes;

namespace Serverless.Classifier.Tests.Models;

/// <summary>A models folder of a test's own, gone afterwards.</summary>
internal sealed class TemporaryModels : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("models-").FullName;

    /// <summary>A manifest that is right in every field.</summary>
    public static JsonObject ValidManifest(string name) => new()
    {
        ["schemaVersion"] = 1,
        ["name"] = name,
        ["description"] = "A network for a test",
        ["license"] = "MIT",
        ["input"] = new JsonObject
        {
            ["width"] = 8,
            ["height"] = 8,
            ["channels"] = "rgb",
            ["resize"] = new JsonObject { ["mode"] = "squash", ["filter"] = "nearest" },
        },
        ["output"] = new JsonObject { ["kind"] = "scores" },
    };

    /// <summary>Writes a model's folder.</summary>
    public string Add(string name, JsonObject? manifest = null, string labels = """["cat", "dog"]""", byte[]? graph = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "manifest.json"), (manifest ?? ValidManifest(name)).ToJsonString());
        File.WriteAllText(Path.Combine(folder, "labels.json"), labels);
        if (graph is not null)
        {
            File.WriteAllBytes(Path.Combine(folder, "model.onnx"), graph);
        }

        return folder;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
