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
    /// <returns>Whether there was anything to do.</returns>
    /// <exception cref="ModelToolException">Its graph is missing or not what its manifest says, its folder cannot be written, or ONNX Runtime refuses the graph.</exception>
    public static bool Prepare(ModelFolder model) => Prepare(model, _ => true);

    /// <summary>Prepares a model that was just put in place, if it is large. It is whole without, so what goes wrong is only told.</summary>
    public static void PrepareNew(ModelFolder model, ToolConsole console)
    {
        try
        {
            if (Prepare(model, graph => graph.WantsPreparation))
            {
                console.WriteLine($"  prepared for this machine ({InstructionSet.Name}): it loads in a fraction of the time");
            }
        }
        catch (ModelToolException problem)
        {
            console.Error($"{problem.Message} It will be prepared at its first use, or by ./run models prepare {model.Manifest.Name}");
        }
    }

    private static bool Prepare(ModelFolder model, Func<RunnableGraph, bool> isWanted)
    {
        try
        {
            var graph = RunnableGraph.Open(model, InferenceDevice.Cpu);
            if (graph.IsPrepared || !isWanted(graph))
            {
                return false;
            }

            graph.Prepare();
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException or OnnxRuntimeException)
        {
            throw new ModelToolException($"{model.Manifest.Name} cannot be prepared: {exception.Message}", exception);
        }
    }
}
