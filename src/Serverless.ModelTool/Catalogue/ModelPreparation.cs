using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Inference.Preparation;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Catalogue;

/// <summary>Makes models quick to load on this machine.</summary>
internal static class ModelPreparation
{
    /// <summary>Prepares a model for the processor and the ONNX Runtime of this machine, unless it is prepared already.</summary>
    /// <param name="model">The model; its graph is here.</param>
    /// <returns>Whether there was anything to do.</returns>
    /// <exception cref="ModelToolException">Its folder cannot be written, or ONNX Runtime refuses the graph.</exception>
    public static bool Prepare(ModelFolder model)
    {
        var graph = RunnableGraph.Open(model, InferenceDevice.Cpu);
        if (graph.IsPrepared)
        {
            return false;
        }

        Prepare(graph);
        return true;
    }

    /// <summary>Prepares a model that was just put in place, if it is large. It is whole without, so what goes wrong is only told.</summary>
    public static void PrepareNew(ModelFolder model, ToolConsole console)
    {
        try
        {
            var graph = RunnableGraph.Open(model, InferenceDevice.Cpu);
            if (graph.WantsPreparation)
            {
                Prepare(graph);
                console.WriteLine($"  prepared for this machine ({InstructionSet.Name}): it loads in a fraction of the time");
            }
        }
        catch (Exception problem) when (problem is ModelToolException or InvalidDataException)
        {
            console.Error($"{problem.Message} It will be prepared at its first use, or by ./run models prepare {model.Manifest.Name}");
        }
    }

    private static void Prepare(RunnableGraph graph)
    {
        try
        {
            graph.Prepare();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OnnxRuntimeException)
        {
            throw new ModelToolException($"{graph.Model.Manifest.Name} could not be prepared: {exception.Message}", exception);
        }
    }
}
