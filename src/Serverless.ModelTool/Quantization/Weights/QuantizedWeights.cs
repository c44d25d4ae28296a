using System.Runtime.InteropServices;
using Serverless.ModelTool.Onnx.Schema;
using Serverless.ModelTool.Quantization.Calibration;
using Serverless.ModelTool.Quantization.Graphs;
using DataType = Serverless.ModelTool.Onnx.Schema.TensorProto.Types.DataType;

namespace Serverless.ModelTool.Quantization.Weights;

/// <summary>A dense layer's weights in blocks.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Blocks">Its weights.</param>
internal sealed record QuantizedDense(DenseLayer Layer, BlockWeights Blocks)
{
    /// <summary>
    /// What <c>MatMulNBits</c> may round its activations to: 4, eight bits with a scale for each block, which it finds anew in every run. Its sums are exact on
    /// every processor, and float32 activations (0) are ten times slower than the float32 layer.
    /// </summary>
    public const int AccuracyLevel = 4;

    public string ValuesName => $"{Layer.Node.Output[0]}/weights/blocks";

    public string ScalesName => $"{Layer.Node.Output[0]}/weights/scales";
}

/// <summary>All weights of a quantized graph: the same whichever ranges its activations get.</summary>
/// <param name="Convolutions">The convolutions' bytes.</param>
/// <param name="Dense">The dense layers' blocks.</param>
/// <param name="Stored">Both, and what stays float32, as they are written.</param>
internal sealed record QuantizedWeights(IReadOnlyList<QuantizedConvolution> Convolutions, IReadOnlyList<QuantizedDense> Dense, StoredTensors Stored)
{
    /// <summary>The name of a convolution's bytes in the graph.</summary>
    public static string NameOf(QuantizedConvolution convolution) => $"{convolution.Layer.Node.Output[0]}/weights/int8";

    /// <summary>Quantizes all weights of a plan.</summary>
    /// <param name="graph">The float32 graph.</param>
    /// <param name="plan">What of it is quantized.</param>
    /// <param name="seen">What the convolutions' inputs were.</param>
    /// <param name="leastScale">The smallest scale that a tensor may get.</param>
    /// <param name="denseBits">Bits of a dense layer's weight.</param>
    /// <param name="progress">Told how many layers are done and how many there are.</param>
    /// <param name="cancellation">Ends the work early.</param>
    public static QuantizedWeights Quantize(
        FloatGraph graph,
        QuantizationPlan plan,
        Observations seen,
        Func<string, float> leastScale,
        Func<DenseLayer, int> denseBits,
        Action<long, long?> progress,
        CancellationToken cancellation)
    {
        var result = new QuantizedWeights([], [], new());
        var (convolutions, dense) = ((List<QuantizedConvolution>)[], (List<QuantizedDense>)[]);
        result = result with { Convolutions = convolutions, Dense = dense };
        var layers = plan.Convolutions.Count + plan.Dense.Count;
        foreach (var layer in plan.Convolutions)
        {
            cancellation.ThrowIfCancellationRequested();
            var input = layer.Node.Input[0];
            var quantized = QuantizedConvolution.Quantize(
                layer, graph.Read(layer.Weights), layer.Bias is null ? null : graph.Read(layer.Bias), seen.Tensors[input].Means, leastScale(plan.Tensors[input]));
            convolutions.Add(quantized);
            result.Stored.Add(NameOf(quantized), DataType.Int8, layer.Shape, quantized.Bytes());
            progress(convolutions.Count, layers);
        }

        foreach (var layer in plan.Dense)
        {
            var blocks = BlockWeights.Quantize(graph.Read(layer.Weights), layer.Inputs, layer.Outputs, layer.IsTransposed, denseBits(layer), cancellation);
            dense.Add(new(layer, blocks));
            result.Stored.Add(dense[^1].ValuesName, DataType.Uint8, [blocks.Outputs, blocks.Blocks, blocks.BlockBytes], blocks.Values);
            result.Stored.Add(dense[^1].ScalesName, DataType.Float, [blocks.Outputs * blocks.Blocks], MemoryMarshal.AsBytes(blocks.Scales.AsSpan()).ToArray());
            progress(convolutions.Count + dense.Count, layers);
        }

        KeepTheRest(graph, plan, result.Stored);
        return result;
    }

    /// <summary>The constants that float32 nodes go on using, and those that callers can ask for.</summary>
    private static void KeepTheRest(FloatGraph graph, QuantizationPlan plan, StoredTensors stored)
    {
        var replaced = new HashSet<NodeProto>([.. plan.Convolutions.Select(layer => layer.Node), .. plan.Dense.Select(layer => layer.Node), .. plan.Absorbed.Keys]);
        var given = plan.Dense.Where(layer => layer.GivesWeights).Select(layer => layer.Weights.Name);
        var used = graph.Nodes.Where(node => !replaced.Contains(node)).SelectMany(node => node.Input)
            .Concat(plan.Dense.Select(layer => layer.Bias).OfType<string>())
            .Concat(graph.Model.Graph.Output.Select(output => output.Name).Except(given)).ToHashSet();
        foreach (var tensor in graph.Model.Graph.Initializer.Where(tensor => used.Contains(tensor.Name)))
        {
            stored.Add(tensor.Name, tensor.DataType, tensor.Dims, ConstantBytes.Of(graph, tensor));
        }
    }
}
