using Serverless.Classifier.Models;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Keras;

namespace Serverless.ModelTool.Conversion;

/// <summary>Makes a model folder of an architecture and its weights.</summary>
internal static class ModelConverter
{
    /// <summary>
    /// Converts into a folder whose manifest exists: it says the input's size, the labels and, where it does, the checksum of the result.
    /// </summary>
    /// <exception cref="ModelToolException">The weights do not fit the architecture, or the result does not fit the manifest.</exception>
    public static void ConvertDescribed(
        ModelInstallation installation,
        ModelFolder model,
        Architecture architecture,
        IKerasWeights weights,
        Action<long, long?> progress,
        CancellationToken cancellation)
    {
        var input = model.Manifest.Input;
        var network = NetworkBinder.Bind(architecture, weights, input.Height, input.Width);
        CheckLabelCount(network, model.Labels.Count, Path.Combine(model.Folder, model.Manifest.Output.Labels));
        var graphSha256 = WriteFiles(installation, network, model.Manifest.Graph.File, progress, cancellation);
        if (model.Manifest.Graph.Sha256 is { } expected && expected != graphSha256)
        {
            throw new ModelToolException(
                $"The converted graph has the SHA-256 {graphSha256}, but {Path.Combine(model.Folder, ManifestReader.FileName)} says {expected}: "
                + "these are other weights than the manifest describes. Give the model another --name.");
        }

        installation.Commit(model.Manifest.Graph.File);
    }

    /// <summary>Converts into a new folder and describes it.</summary>
    /// <param name="installation">The folder.</param>
    /// <param name="manifest">What to say of the model; its input's size is the graph's.</param>
    /// <param name="labels">The names of its classes.</param>
    /// <param name="architecture">The layers.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="progress">Told the bytes written so far and in all.</param>
    /// <param name="cancellation">Ends the work early and leaves no model.</param>
    /// <exception cref="ModelToolException">The weights do not fit the architecture or the labels.</exception>
    public static void ConvertNew(
        ModelInstallation installation,
        Manifest manifest,
        LabelFile labels,
        Architecture architecture,
        IKerasWeights weights,
        Action<long, long?> progress,
        CancellationToken cancellation)
    {
        var network = NetworkBinder.Bind(architecture, weights, manifest.Input.Height, manifest.Input.Width);
        CheckLabelCount(network, labels.Count, labels.Origin);
        WriteFiles(installation, network, manifest.Graph.File, progress, cancellation);
        installation.StageText(manifest.Output.Labels, labels.Text);
        installation.StageText(ManifestReader.FileName, ManifestReader.Format(manifest));
        installation.Commit(manifest.Graph.File);
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
}
