using Serverless.Classifier.Models;
using Serverless.ModelTool.Catalogue;

namespace Serverless.ModelTool.Conversion;

/// <summary>Makes a model folder of a network.</summary>
internal static class ModelConverter
{
    /// <summary>
    /// Converts into a folder whose manifest exists: it says the input's size, the labels and, where it does, the checksum of the result.
    /// </summary>
    /// <exception cref="ModelToolException">The weights do not fit the layers, or the result does not fit the manifest.</exception>
    public static void ConvertDescribed(
        ModelInstallation installation, ModelFolder model, NetworkSource source, Action<long, long?> progress, CancellationToken cancellation)
    {
        var manifest = model.Manifest;
        var path = Path.Combine(model.Folder, ManifestReader.FileName);
        var network = source.Build(manifest.Input.Height, manifest.Input.Width, manifest.Features);
        CheckLabelCount(network, model.Labels.Count, Path.Combine(model.Folder, manifest.Output.Labels));
        CheckPromises(network, manifest, path);
        var graphSha256 = WriteFiles(installation, network, manifest.Graph.File, progress, cancellation);
        if (manifest.Graph.Sha256 is { } expected && expected != graphSha256)
        {
            throw new ModelToolException(
                $"The converted graph has the SHA-256 {graphSha256}, but {path} says {expected}: these are other weights than the manifest describes. "
                + "Give the model another --name.");
        }

        installation.Commit(manifest.Graph.File);
    }

    /// <summary>Converts into a new folder and describes it.</summary>
    /// <param name="installation">The folder.</param>
    /// <param name="manifest">What to say of the model beside what the network says of itself.</param>
    /// <param name="labels">The names of its classes; null where nobody gave them.</param>
    /// <param name="source">The layers and their weights.</param>
    /// <param name="progress">Told the bytes written so far and in all.</param>
    /// <param name="cancellation">Ends the work early and leaves no model.</param>
    /// <returns>The labels it got.</returns>
    /// <exception cref="ModelToolException">The weights do not fit the layers or the labels.</exception>
    public static LabelFile ConvertNew(
        ModelInstallation installation,
        Manifest manifest,
        LabelFile? labels,
        NetworkSource source,
        Action<long, long?> progress,
        CancellationToken cancellation)
    {
        var network = source.Build(manifest.Input.Height, manifest.Input.Width, GraphNames.Features);
        labels ??= LabelFile.For(network.ClassCount);
        CheckLabelCount(network, labels.Count, labels.Origin);
        var described = manifest with
        {
            Output = manifest.Output with { Name = network.Output.OutputName, Kind = network.GivesScores ? OutputKind.Scores : OutputKind.Probabilities },
            Features = network.Features.Describe(GraphNames.Features),
        };
        WriteFiles(installation, network, manifest.Graph.File, progress, cancellation);
        installation.StageText(manifest.Output.Labels, labels.Text);
        installation.StageText(ManifestReader.FileName, ManifestReader.Format(described));
        installation.Commit(manifest.Graph.File);
        return labels;
    }

    private static string WriteFiles(
        ModelInstallation installation, Network network, string graphFile, Action<long, long?> progress, CancellationToken cancellation)
    {
        var weightsFile = Path.ChangeExtension(graphFile, ".weights");
        var (graph, weights) = (installation.Stage(graphFile), installation.Stage(weightsFile));
        var weightsSha256 = NetworkWriter.Write(network, graph, weights, weightsFile, progress, cancellation);
        var graphSha256 = Checksums.Sha256(graph);
        installation.StageText(Checksums.FileName, Checksums.Format([(graphFile, graphSha256), (weightsFile, weightsSha256)]));
        return graphSha256;
    }

    private static void CheckLabelCount(Network network, int count, string origin)
    {
        if (count != network.ClassCount)
        {
            throw new ModelToolException(
                $"The network tells {network.ClassCount} classes apart, {origin} names {count}. Give a file that names them with --labels: "
                + "a JSON array of the names in the network's order, or Keras's class index.");
        }
    }

    /// <summary>What a manifest that was there before says of the graph has to be so.</summary>
    private static void CheckPromises(Network network, Manifest manifest, string path)
    {
        if (manifest.Output.Kind == OutputKind.Scores != network.GivesScores)
        {
            throw new ModelToolException(
                $"The network gives {(network.GivesScores ? "scores" : "probabilities")}, "
                + $"but {path} says output.kind \"{(network.GivesScores ? "probabilities" : "scores")}\".");
        }

        if ((manifest.Output.Name ?? (manifest.Features is null ? network.Output.OutputName : "")) != network.Output.OutputName)
        {
            throw new ModelToolException($"The network's answer is called \"{network.Output.OutputName}\": {path} has to say so in output.name.");
        }

        var given = network.Features;
        foreach (var (field, name, isThere) in new[]
        {
            ("map", manifest.Features?.Map, given.Map is not null),
            ("vector", manifest.Features?.Vector, given.Vector is not null),
            ("classWeights", manifest.Features?.ClassWeights, given.ClassWeights is not null),
        })
        {
            if (name is not null && !isThere)
            {
                throw new ModelToolException($"{path} names features.{field}, but the network has none: take it out of the manifest.");
            }
        }
    }
}
