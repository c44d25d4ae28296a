using Serverless.ModelTool.Onnx.Schema;

namespace Serverless.ModelTool.Quantization.Graphs;

/// <summary>Which nodes of a graph compute in bytes and which tensors between them are bytes.</summary>
/// <param name="Convolutions">Convolutions in int8.</param>
/// <param name="Dense">Dense layers whose weights get fewer bits.</param>
/// <param name="Tensors">Tensors that become bytes, in the order of the graph; a value names the tensor whose scale it shares.</param>
/// <param name="Absorbed">ReLUs that the range of the tensor before them makes superfluous, with what they are absorbed into.</param>
/// <param name="Ceilings">The largest value of tensors that a clip bounds.</param>
internal sealed record QuantizationPlan(
    IReadOnlyList<Convolution> Convolutions,
    IReadOnlyList<DenseLayer> Dense,
    IReadOnlyDictionary<string, string> Tensors,
    IReadOnlyDictionary<NodeProto, NodeProto> Absorbed,
    IReadOnlyDictionary<string, float> Ceilings)
{
    /// <summary>Tensors with a scale of their own.</summary>
    public IEnumerable<string> Scaled => Tensors.Where(tensor => tensor.Key == tensor.Value).Select(tensor => tensor.Key);
}

/// <summary>A convolution that becomes int8.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Weights">[outputs, inputs of a group, rows, columns].</param>
/// <param name="Bias">[outputs], or null.</param>
/// <param name="Output">The tensor that it makes once a ReLU behind it is absorbed.</param>
/// <param name="PadsInput">Whether it gets a fourth channel of zeros beside the three of a picture.</param>
internal sealed record Convolution(NodeProto Node, TensorProto Weights, TensorProto? Bias, string Output, bool PadsInput)
{
    /// <summary>Channels of a picture once they are padded: ONNX Runtime's quick int8 convolutions take channels by the four.</summary>
    public const int PaddedChannels = 4;

    /// <summary>Shape of the weights as they are stored.</summary>
    public IEnumerable<long> Shape => PadsInput ? [Weights.Dims[0], PaddedChannels, Weights.Dims[2], Weights.Dims[3]] : Weights.Dims;
}

/// <summary>A dense layer whose weights become blocks of few bits; its activations stay float32.</summary>
/// <param name="Node">Its Gemm or MatMul.</param>
/// <param name="Weights">[inputs, outputs], or [outputs, inputs] where <paramref name="IsTransposed"/>.</param>
/// <param name="IsTransposed">Whether an output's weights lie together.</param>
/// <param name="Bias">Name of the bias; null without.</param>
/// <param name="GivesWeights">Whether callers can ask for the weights.</param>
internal sealed record DenseLayer(NodeProto Node, TensorProto Weights, bool IsTransposed, string? Bias, bool GivesWeights)
{
    public int Inputs => (int)Weights.Dims[IsTransposed ? 1 : 0];

    public int Outputs => (int)Weights.Dims[IsTransposed ? 0 : 1];
}
