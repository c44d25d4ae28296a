using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Inference.Preparation;

/// <summary>Makes <see cref="PreparedGraph"/>s.</summary>
internal static class GraphPreparation
{
    private const string LockName = "making.lock";
    private const string UnfinishedName = "making";
    private const string OldName = "replaced";

    /// <summary>Makes the prepared graph of a model for this machine, in place of one that does not fit. Takes seconds and, for a moment, the model's size on the disk.</summary>
    /// <param name="model">The model.</param>
    /// <param name="graph">Its graph, with every output that is wanted.</param>
    /// <exception cref="IOException">Its folder cannot be written, or another process is at it.</exception>
    /// <exception cref="UnauthorizedAccessException">Its folder cannot be written.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the graph.</exception>
    public static void Make(ModelFolder model, byte[] graph)
    {
        var root = Directory.CreateDirectory(Path.Combine(model.Folder, PreparedGraph.FolderName)).FullName;
        using var held = new FileStream(Path.Combine(root, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        var unfinished = Path.Combine(root, UnfinishedName);
        var old = Path.Combine(root, OldName);
        try
        {
            // What a killed process left.
            DeleteFolder(unfinished);
            DeleteFolder(old);
            Directory.CreateDirectory(unfinished);
            Write(model, graph, unfinished);
            var place = PreparedGraph.PathIn(model);
            if (Directory.Exists(place))
            {
                Directory.Move(place, old);
            }

            Directory.Move(unfinished, place);
        }
        finally
        {
            DeleteFolder(unfinished);
            DeleteFolder(old);
        }

        var prepared = File.ReadAllBytes(Path.Combine(PreparedGraph.PathIn(model), PreparedGraph.GraphName));
        ReadAnew(model.Folder, ExternalTensors.Read(prepared));
        // The last step: until now nothing would have used it.
        WriteDurably(Path.Combine(PreparedGraph.PathIn(model), PreparedGraph.StampName), PreparedGraph.Stamp(model, graph, prepared));
    }

    private static void Write(ModelFolder model, byte[] graph, string folder)
    {
        const string All = "all";
        using (var options = OptimizedGraph.Options(model.Folder, Path.Combine(folder, $"{All}.onnx"), $"{All}.weights", GraphOptimizationLevel.ORT_ENABLE_ALL))
        {
            new InferenceSession(graph, options).Dispose();
        }

        var optimized = File.ReadAllBytes(Path.Combine(folder, $"{All}.onnx"));
        var places = new WeightPlaces(model.Folder, folder, $"{All}.weights").Find(ExternalTensors.Read(graph), ExternalTensors.Read(optimized));
        File.Delete(Path.Combine(folder, $"{All}.onnx"));
        File.Delete(Path.Combine(folder, $"{All}.weights"));
        File.WriteAllBytes(Path.Combine(folder, PreparedGraph.GraphName), ExternalTensors.Move(optimized, places));
    }

    /// <summary>
    /// Weights that were just written are in memory in pieces as small as they were written in, each a page fault of its own at the next load. Read anew where they
    /// are mapped, they come in large pages.
    /// </summary>
    private static void ReadAnew(string folder, IReadOnlyCollection<ExternalTensor> tensors)
    {
        foreach (var location in tensors.Select(tensor => tensor.Location).Distinct())
        {
            PageCache.Forget(Path.Combine(folder, location));
        }

        using var weights = MappedWeights.Map(folder, tensors);
        weights.Populate();
    }

    private static void WriteDurably(string path, string text)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
    }

    private static void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
