using System.Text;

namespace Serverless.Classifier.Inference.Graphs;

/// <summary>Whether a session should repack a graph's weights when it is made, as ONNX Runtime does unless it is told not to.</summary>
/// <remarks>
/// Packing copies the matrices of dense layers into memory of the session: for VGG16 half a gigabyte and most of a second. A vector times a matrix as our
/// converter writes it, (inputs, outputs), is as quick without (measured: fc1 of VGG16 16 ms both ways), and convolutions in float32 are blocked in the
/// graph itself. A transposed matrix and whatever computes with fewer bits need it.
/// </remarks>
internal static class WeightPacking
{
    private static readonly HashSet<string> Indifferent =
    [
        "Add", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Constant", "Conv", "Div", "Dropout", "Elu", "Exp", "Flatten", "GlobalAveragePool", "GlobalMaxPool",
        "HardSigmoid", "HardSwish", "Identity", "LRN", "LeakyRelu", "MatMul", "MaxPool", "Mul", "Neg", "PRelu", "Pad", "Pow", "ReduceMean", "Relu", "Reshape", "Resize", "Selu", "Shape", "Sigmoid",
        "Slice", "Softmax", "Softplus", "Softsign", "Split", "Sqrt", "Squeeze", "Sub", "Tanh", "Transpose", "Unsqueeze", "Upsample",
    ];

    /// <summary>Whether runs of one image gain by it.</summary>
    /// <param name="model">A graph file, as it was published or converted.</param>
    public static bool Pays(ReadOnlySpan<byte> model)
    {
        for (var graphs = new ProtobufFields(model); graphs.Next(OnnxFields.ModelGraph);)
        {
            for (var nodes = new ProtobufFields(graphs.Content); nodes.Next(OnnxFields.GraphNode);)
            {
                if (PaysFor(nodes.Content))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool PaysFor(ReadOnlySpan<byte> node)
    {
        var (operation, isTransposed) = ("", false);
        for (var fields = new ProtobufFields(node); fields.Next();)
        {
            if (fields.Number == OnnxFields.NodeOperator)
            {
                operation = Encoding.UTF8.GetString(fields.Content);
            }
            else if (fields.Number == OnnxFields.NodeAttribute)
            {
                isTransposed |= IsTransposition(fields.Content);
            }
        }

        return operation == "Gemm" ? isTransposed : !Indifferent.Contains(operation);
    }

    private static bool IsTransposition(ReadOnlySpan<byte> attribute)
    {
        var (isAboutTheMatrix, isSet) = (false, false);
        for (var fields = new ProtobufFields(attribute); fields.Next();)
        {
            isAboutTheMatrix |= fields.Number == OnnxFields.AttributeName && fields.Content.SequenceEqual("transB"u8);
            isSet |= fields.Number == OnnxFields.AttributeInteger && fields.Value != 0;
        }

        return isAboutTheMatrix && isSet;
    }
}
