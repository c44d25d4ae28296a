using System.Runtime.InteropServices;
using Serverless.ModelTool.Onnx.Schema;

namespace Serverless.ModelTool.Quantization.Graphs;

/// <summary>A constant's bytes, whichever of the protobuf's fields they are in.</summary>
internal static class ConstantBytes
{
    /// <exception cref="ModelToolException">Its type is one that no network for images has had so far.</exception>
    public static ReadOnlyMemory<byte> Of(FloatGraph graph, TensorProto tensor) => tensor switch
    {
        { DataType: TensorProto.Types.DataType.Float } => MemoryMarshal.AsBytes(graph.Read(tensor).AsSpan()).ToArray(),
        { DataLocation: TensorProto.Types.DataLocation.Default, RawData.Length: > 0 } => tensor.RawData.Memory,
        { DataType: TensorProto.Types.DataType.Int64 } => MemoryMarshal.AsBytes<long>(tensor.Int64Data.ToArray()).ToArray(),
        _ => throw new ModelToolException($"The constant {tensor.Name} has the type {tensor.DataType}, which is not understood here."),
    };
}
