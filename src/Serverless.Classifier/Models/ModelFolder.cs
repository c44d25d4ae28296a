namespace Serverless.Classifier.Models;

/// <summary>The files of one model.</summary>
/// <param name="Folder">Full path of its folder.</param>
/// <param name="Manifest">Its manifest, checked.</param>
/// <param name="Labels">Its labels, in the order of the network's output.</param>
public sealed record ModelFolder(string Folder, Manifest Manifest, IReadOnlyList<Label> Labels)
{
    /// <summary>Full path of the graph.</summary>
    public string GraphPath => Path.Combine(Folder, Manifest.Graph.File);

    /// <summary>Whether the graph is here; a model that is only described is to be pulled first.</summary>
    public bool HasGraph => File.Exists(GraphPath);
}
