using System.IO.MemoryMappedFiles;
using System.Text;

namespace Serverless.Classifier.Inference;

/// <summary>Tells graphs that compute in 8-bit integers from those in floating point, by their nodes.</summary>
internal static class QuantizedGraph
{
    private const int GraphNode = 1;
    private const int NodeOperator = 4;

    // Operators of ONNX: https://onnx.ai/onnx/operators/. Weights alone in few bits (MatMulNBits) make no integer graph.
    private static readonly byte[][] IntegerOperators =
        [.. new[] { "QLinearConv", "QuantizeLinear", "DynamicQuantizeLinear", "ConvInteger" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Whether a graph file quantizes its activations. Weights in it are passed over, not read.</summary>
    public static unsafe bool IsIn(string path)
    {
        // What is no file with a length, a pipe for example, cannot be mapped.
        if (new FileInfo(path) is not { Exists: true, Length: > 0 and <= int.MaxValue } file)
        {
            return false;
        }

        using var mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        using var view = mapped.CreateViewAccessor(0, file.Length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            return IsIn(new ReadOnlySpan<byte>(start, (int)file.Length));
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    /// <summary>Whether a graph quantizes its activations.</summary>
    public static bool IsIn(ReadOnlySpan<byte> model)
    {
        for (var graphs = new GraphOutputs.Fields(model); graphs.Next(GraphOutputs.ModelGraph, out var graph);)
        {
            for (var nodes = new GraphOutputs.Fields(graph); nodes.Next(GraphNode, out var node);)
            {
                for (var operators = new GraphOutputs.Fields(node); operators.Next(NodeOperator, out var name);)
                {
                    foreach (var integer in IntegerOperators)
                    {
                        if (name.SequenceEqual(integer))
                        {
                            return true;
                        }
                    }
                }
            }
        }

        return false;
    }
}
