using Microsoft.ML.OnnxRuntime;

namespace Serverless.Classifier.Inference.Graphs;

/// <summary>How ONNX Runtime writes a graph down as it has optimised it.</summary>
internal static class OptimizedGraph
{
    /// <summary>ONNX Runtime leaves smaller weights in the graph. In bytes.</summary>
    private const string SmallestExternal = "1024";

    /// <summary>Options of a session that writes the graph when it is made, its larger weights into a file beside it.</summary>
    /// <param name="modelFolder">Where the weights of the graph lie that is to be optimised.</param>
    /// <param name="graphPath">Full path of the graph to write.</param>
    /// <param name="weightsName">Name of the weights file beside it.</param>
    /// <param name="level">How much to optimise: beyond the basic level it becomes one for this processor.</param>
    public static SessionOptions Options(string modelFolder, string graphPath, string weightsName, GraphOptimizationLevel level)
    {
        // It warns of what is meant to be: a graph for this processor alone.
        var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, GraphOptimizationLevel = level, OptimizedModelFilePath = graphPath };
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", modelFolder);
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", weightsName);
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", SmallestExternal);
        // The session ends here: packed weights would be of use to nobody.
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        return options;
    }
}
