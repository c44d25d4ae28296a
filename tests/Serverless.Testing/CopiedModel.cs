using System.Text.Json.Nodes;

namespace Serverless.Testing;

/// <summary>A copy of a real model under another name, with a manifest that says something else.</summary>
public static class CopiedModel
{
    /// <summary>Makes the model's folder.</summary>
    /// <param name="modelsRoot">The models folder to make it in.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="source">Folder of the model to copy.</param>
    /// <param name="change">What its manifest says differently.</param>
    public static string Make(string modelsRoot, string name, string source, Action<JsonObject> change)
    {
        var folder = Directory.CreateDirectory(Path.Combine(modelsRoot, name)).FullName;
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var path = Path.Combine(folder, "manifest.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        manifest["name"] = name;
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
        return folder;
    }
}
