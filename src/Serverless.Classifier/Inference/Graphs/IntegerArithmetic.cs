using System.Text;

namespace Serverless.Classifier.Inference.Graphs;

/// <summary>Tells graphs that compute in 8-bit integers from those in floating point, by their nodes.</summary>
internal static class IntegerArithmetic
{
    // Operators of ONNX: https://onnx.ai/onnx/operators/. Weights alone in few bits (MatMulNBits) make no integer graph.
    private static readonly HashSet<string> IntegerOperators = ["QLinearConv", "QuantizeLinear", "DynamicQuantizeLinear", "ConvInteger"];

    /// <summary>Whether a graph quantizes its activations.</summary>
    public static bool IsIn(ReadOnlySpan<byte> model)
    {
        for (var graphs = new ProtobufFields(model); graphs.Next(OnnxFields.ModelGraph);)
        {
            for (var nodes = new ProtobufFields(graphs.Content); nodes.Next(OnnxFields.GraphNode);)
            {
                for (var fields = new ProtobufFields(nodes.Content); fields.Next(OnnxFields.NodeOperator);)
                {
                    if (IntegerOperators.Contains(Encoding.UTF8.GetString(fields.Content)))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }
}
