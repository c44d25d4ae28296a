using System.Runtime.InteropServices;
using Google.Protobuf;
using Serverless.ModelTool.Onnx.Schema;
using Serverless.ModelTool.Quantization.Weights;
using DataType = Serverless.ModelTool.Onnx.Schema.TensorProto.Types.DataType;

namespace Serverless.ModelTool.Tests.Quantization;

/// <summary>Graphs of one layer, written without the code that is tested.</summary>
internal static class SmallGraphs
{
    /// <summary>A dense layer of blocks, from x [batch, inputs] to y.</summary>
    public static ModelProto Dense(BlockWeights blocks, long accuracyLevel) => Model(
        [
            Node("MatMulNBits", "com.microsoft", ["x", "values", "scales"], "y",
                ("K", blocks.Inputs), ("N", blocks.Outputs), ("bits", blocks.Bits), ("block_size", BlockWeights.BlockLength), ("accuracy_level", accuracyLevel)),
        ],
        [
            Tensor("values", DataType.Uint8, [blocks.Outputs, blocks.Blocks, blocks.BlockBytes], blocks.Values),
            Tensor("scales", DataType.Float, [blocks.Outputs * blocks.Blocks], MemoryMarshal.AsBytes(blocks.Scales.AsSpan())),
        ],
        [blocks.Inputs],
        [blocks.Outputs]);

    /// <summary>
    /// A 1 x 1 convolution of 64 channels into 16 on 8 x 8 pixels whose weights are all the same and whose answer is 200 steps where every activation is 255.
    /// </summary>
    public static ModelProto Convolution(sbyte weight, float weightScale, float outputScale)
    {
        const int Inputs = 64, Outputs = 16;
        return Model(
            [
                Node("QuantizeLinear", "", ["x", "one", "zero"], "bytes"),
                Node("DequantizeLinear", "", ["bytes", "one", "zero"], "input"),
                Node("DequantizeLinear", "", ["weights", "weights/scale", "weights/zero"], "kernel", ("axis", 0)),
                Node("Conv", "", ["input", "kernel"], "sums"),
                Node("QuantizeLinear", "", ["sums", "y/scale", "zero"], "y/bytes"),
                Node("DequantizeLinear", "", ["y/bytes", "y/scale", "zero"], "y"),
            ],
            [
                Tensor("one", DataType.Float, [], BitConverter.GetBytes(1f)),
                Tensor("zero", DataType.Uint8, [], [0]),
                Tensor("weights", DataType.Int8, [Outputs, Inputs, 1, 1], MemoryMarshal.AsBytes(Enumerable.Repeat(weight, Outputs * Inputs).ToArray().AsSpan())),
                Tensor("weights/scale", DataType.Float, [Outputs], MemoryMarshal.AsBytes(Enumerable.Repeat(weightScale, Outputs).ToArray().AsSpan())),
                Tensor("weights/zero", DataType.Int8, [Outputs], new byte[Outputs]),
                Tensor("y/scale", DataType.Float, [], BitConverter.GetBytes(outputScale)),
            ],
            [Inputs, 8, 8],
            [Outputs, 8, 8]);
    }

    public static TensorProto Tensor(string name, DataType type, long[] dimensions, ReadOnlySpan<byte> bytes) =>
        new() { Name = name, DataType = type, Dims = { dimensions }, RawData = ByteString.CopyFrom(bytes) };

    public static NodeProto Node(string opType, string domain, string[] inputs, string output, params ReadOnlySpan<(string Name, long Value)> attributes)
    {
        var node = new NodeProto { OpType = opType, Domain = domain, Name = output, Input = { inputs }, Output = { output } };
        foreach (var (name, value) in attributes)
        {
            node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value });
        }

        return node;
    }

    public static ModelProto Model(NodeProto[] nodes, TensorProto[] constants, long[] input, long[] output) => new()
    {
        IrVersion = 8,
        OpsetImport = { new OperatorSetIdProto { Version = 17 }, new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 } },
        Graph = new GraphProto { Name = "small", Node = { nodes }, Initializer = { constants }, Input = { Value("x", input) }, Output = { Value("y", output) } },
    };

    private static ValueInfoProto Value(string name, long[] dimensions)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" } } };
        shape.Dim.AddRange(dimensions.Select(dimension => new TensorShapeProto.Types.Dimension { DimValue = dimension }));
        return new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = DataType.Float, Shape = shape } } };
    }
}
