using System.Runtime.InteropServices;
using Google.Protobuf;
using Serverless.ModelTool.Onnx;
using Serverless.ModelTool.Onnx.Schema;
using Serverless.ModelTool.Quantization.Calibration;
using Serverless.ModelTool.Quantization.Weights;
using DataType = Serverless.ModelTool.Onnx.Schema.TensorProto.Types.DataType;

namespace Serverless.ModelTool.Quantization.Graphs;

/// <summary>
/// Writes the int8 graph: the float32 graph with a QuantizeLinear and a DequantizeLinear behind every tensor that is to be bytes. ONNX Runtime makes of
/// each operation between them the one that computes in bytes, and other runtimes can read it as well.
/// </summary>
/// <remarks>Every tensor keeps its name for those that use it: what a manifest or a caller names is what comes out of the DequantizeLinear.</remarks>
internal sealed class QuantizedGraph
{
    /// <summary>Domain of ONNX Runtime's own operations.</summary>
    public const string RuntimeDomain = "com.microsoft";

    private readonly FloatGraph _source;
    private readonly QuantizationPlan _plan;
    private readonly QuantizedWeights _weights;
    private readonly IReadOnlyDictionary<string, ActivationScale> _scales;
    private readonly GraphProto _graph;

    /// <summary>ONNX's own operations have a scale for each channel from opset 13 on, ONNX Runtime's for graphs of every age.</summary>
    private readonly string _domain;

    private QuantizedGraph(FloatGraph source, QuantizationPlan plan, QuantizedWeights weights, IReadOnlyDictionary<string, ActivationScale> scales)
    {
        (_source, _plan, _weights, _scales) = (source, plan, weights, scales);
        _domain = source.Opset >= 13 ? "" : RuntimeDomain;
        _graph = new GraphProto { Name = source.Model.Graph.Name, Input = { source.Model.Graph.Input }, Output = { source.Model.Graph.Output } };
    }

    /// <summary>Makes the graph.</summary>
    /// <param name="source">The float32 graph.</param>
    /// <param name="plan">What of it becomes int8.</param>
    /// <param name="weights">Its weights in int8.</param>
    /// <param name="scales">The scale of each tensor that has one of its own.</param>
    /// <param name="weightsFile">The name by which the graph finds its weights, where they have a file.</param>
    /// <param name="weightsSha256">What that file is to be; null without a file.</param>
    /// <returns>The bytes of the graph's file.</returns>
    public static byte[] Make(
        FloatGraph source,
        QuantizationPlan plan,
        QuantizedWeights weights,
        IReadOnlyDictionary<string, ActivationScale> scales,
        string weightsFile,
        string? weightsSha256)
    {
        var writer = new QuantizedGraph(source, plan, weights, scales);
        writer._graph.Initializer.AddRange(weights.Stored.Describe(weightsFile));
        writer.AddNodes();
        var domains = writer._graph.Node.Select(node => node.Domain).Append("").ToHashSet();
        var model = new ModelProto
        {
            IrVersion = Math.Max(source.Model.IrVersion, 8),
            OpsetImport = { source.Model.OpsetImport.Where(import => domains.Contains(import.Domain) && import.Domain != RuntimeDomain) },
            ProducerName = "Serverless.ModelTool",
            Graph = writer._graph,
        };
        if (domains.Contains(RuntimeDomain))
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = RuntimeDomain, Version = 1 });
        }

        if (weightsSha256 is not null)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = OnnxGraph.WeightsSha256Key, Value = weightsSha256 });
        }

        return model.ToByteArray();
    }

    private void AddNodes()
    {
        foreach (var input in _source.Model.Graph.Input.Select(input => input.Name).Where(_plan.Tensors.ContainsKey))
        {
            Quantize(Padded(input), input, DequantizedInput(input));
        }

        var convolutions = _weights.Convolutions.ToDictionary(convolution => convolution.Layer.Node);
        var dense = _weights.Dense.ToDictionary(layer => layer.Layer.Node);
        var absorbedBy = _plan.Absorbed.ToDictionary(pair => pair.Value, pair => pair.Key);
        foreach (var node in _source.Nodes.Where(node => !_plan.Absorbed.ContainsKey(node)))
        {
            var made = absorbedBy.TryGetValue(node, out var absorbed) ? absorbed.Output[0] : node.Output[0];
            var raw = _plan.Tensors.ContainsKey(made) ? $"{made}/float" : made;
            if (convolutions.TryGetValue(node, out var convolution))
            {
                AddConvolution(convolution, raw);
            }
            else if (dense.TryGetValue(node, out var layer))
            {
                AddDense(layer, raw);
            }
            else
            {
                var copy = node.Clone();
                copy.Output[0] = raw;
                if (_plan.Tensors.ContainsKey(made))
                {
                    copy.Input.Clear();
                    copy.Input.AddRange(node.Input.Select(InBytes));
                }

                _graph.Node.Add(copy);
            }

            if (raw != made)
            {
                Quantize(raw, made, made);
            }
        }
    }

    /// <summary>The bytes' tensor as an int8 operation takes it.</summary>
    private string InBytes(string tensor) =>
        _plan.Tensors.ContainsKey(tensor) && _source.ProducerOf(tensor) is null ? DequantizedInput(tensor) : tensor;

    /// <summary>The picture with a channel of zeros, where a convolution wants it.</summary>
    private string Padded(string input)
    {
        if (!_plan.Convolutions.Any(convolution => convolution.PadsInput))
        {
            return input;
        }

        Constant($"{input}/pads", DataType.Int64, [8], MemoryMarshal.AsBytes<long>([0, 0, 0, 0, 0, Convolution.PaddedChannels - 3, 0, 0]));
        Add("Pad", "", $"{input}/padded", [input, $"{input}/pads"]);
        return $"{input}/padded";
    }

    private static string DequantizedInput(string input) => $"{input}/dequantized";

    private void Quantize(string from, string tensor, string to)
    {
        var scale = _scales[_plan.Tensors[tensor]];
        var (scaleName, zeroName) = ($"{tensor}/scale", $"{tensor}/zero");
        Constant(scaleName, DataType.Float, [], BitConverter.GetBytes(scale.Scale));
        Constant(zeroName, DataType.Uint8, [], [scale.ZeroPoint]);
        Add("QuantizeLinear", _domain, $"{tensor}/bytes", [from, scaleName, zeroName]);
        Add("DequantizeLinear", _domain, to, [$"{tensor}/bytes", scaleName, zeroName]);
    }

    private void AddConvolution(QuantizedConvolution convolution, string output)
    {
        var node = convolution.Layer.Node;
        var channels = convolution.Scales.Length;
        var name = node.Output[0];
        Constant($"{name}/weights/scale", DataType.Float, [channels], MemoryMarshal.AsBytes(convolution.Scales.AsSpan()));
        Constant($"{name}/weights/zero", DataType.Int8, [channels], new byte[channels]);
        Dequantize(QuantizedWeights.NameOf(convolution), $"{name}/weights/scale", $"{name}/weights/zero", $"{name}/weights");

        var inputScale = _scales[_plan.Tensors[node.Input[0]]].Scale;
        float[] biasScales = [.. convolution.Scales.Select(scale => scale * inputScale)];
        Constant($"{name}/bias/int32", DataType.Int32, [channels], MemoryMarshal.AsBytes(convolution.BiasSteps(inputScale).AsSpan()));
        Constant($"{name}/bias/scale", DataType.Float, [channels], MemoryMarshal.AsBytes(biasScales.AsSpan()));
        Constant($"{name}/bias/zero", DataType.Int32, [channels], new byte[channels * sizeof(int)]);
        Dequantize($"{name}/bias/int32", $"{name}/bias/scale", $"{name}/bias/zero", $"{name}/bias");

        var copy = node.Clone();
        copy.Input.Clear();
        copy.Input.AddRange([InBytes(node.Input[0]), $"{name}/weights", $"{name}/bias"]);
        copy.Output[0] = output;
        _graph.Node.Add(copy);
    }

    private void Dequantize(string bytes, string scale, string zero, string output) =>
        Add("DequantizeLinear", _domain, output, [bytes, scale, zero], ("axis", 0));

    private void AddDense(QuantizedDense dense, string output)
    {
        var (layer, blocks) = (dense.Layer, dense.Blocks);
        // A bias of another form than one number an output is added by a node of its own.
        var bias = layer.Bias is { } name && _source.Constant(name)?.Dims is [var length] && length == layer.Outputs ? name : null;
        string[] inputs = [layer.Node.Input[0], dense.ValuesName, dense.ScalesName, .. bias is null ? Array.Empty<string>() : ["", "", bias]];
        var product = layer.Bias is null || bias is not null ? output : $"{output}/product";
        Add("MatMulNBits", RuntimeDomain, product, inputs,
            ("K", layer.Inputs), ("N", layer.Outputs), ("bits", blocks.Bits), ("block_size", BlockWeights.BlockLength), ("accuracy_level", QuantizedDense.AccuracyLevel));
        if (product != output)
        {
            Add("Add", "", output, [product, layer.Bias!]);
        }

        if (layer.GivesWeights)
        {
            GiveWeights(dense);
        }
    }

    /// <summary>The layer's weights as the float32 tensor that callers ask for; ONNX Runtime computes it once, when it loads the graph.</summary>
    private void GiveWeights(QuantizedDense dense)
    {
        var (layer, name) = (dense.Layer, dense.Layer.Weights.Name);
        Constant($"{name}/middle", DataType.Float, [], BitConverter.GetBytes((float)(1 << (dense.Blocks.Bits - 1))));
        Constant($"{name}/blocks", DataType.Int64, [3], MemoryMarshal.AsBytes<long>([layer.Outputs, dense.Blocks.Blocks, 1]));
        Constant($"{name}/matrix", DataType.Int64, [2], MemoryMarshal.AsBytes<long>([layer.Outputs, layer.Inputs]));
        Add("Cast", "", $"{name}/levels", [dense.ValuesName], ("to", (int)DataType.Float));
        Add("Sub", "", $"{name}/steps", [$"{name}/levels", $"{name}/middle"]);
        Add("Reshape", "", $"{name}/scales", [dense.ScalesName, $"{name}/blocks"]);
        Add("Mul", "", $"{name}/scaled", [$"{name}/steps", $"{name}/scales"]);
        Add("Reshape", "", layer.IsTransposed ? name : $"{name}/transposed", [$"{name}/scaled", $"{name}/matrix"]);
        if (!layer.IsTransposed)
        {
            Add("Transpose", "", name, [$"{name}/transposed"]);
        }
    }

    private void Constant(string name, DataType type, long[] dimensions, ReadOnlySpan<byte> littleEndian) =>
        _graph.Initializer.Add(new TensorProto { Name = name, DataType = type, Dims = { dimensions }, RawData = ByteString.CopyFrom(littleEndian) });

    private void Add(string opType, string domain, string output, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, long Value)> attributes)
    {
        var node = new NodeProto { OpType = opType, Domain = domain, Name = $"{output}/{opType}", Input = { inputs }, Output = { output } };
        foreach (var (name, value) in attributes)
        {
            node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value });
        }

        _graph.Node.Add(node);
    }
}
