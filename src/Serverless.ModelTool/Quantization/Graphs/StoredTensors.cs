using System.Globalization;
using Google.Protobuf;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Onnx;
using Serverless.ModelTool.Onnx.Schema;

namespace Serverless.ModelTool.Quantization.Graphs;

/// <summary>The weights of a graph: in the graph itself while they are few, else in a file of their own that can be mapped into memory.</summary>
internal sealed class StoredTensors
{
    /// <summary>The most bytes that go into the graph.</summary>
    public const long MostInGraph = 32L << 20;

    private readonly List<(TensorProto Tensor, ReadOnlyMemory<byte> Bytes, long Offset)> _tensors = [];
    private long _end;

    /// <summary>Whether they need a file.</summary>
    public bool NeedFile => _tensors.Sum(tensor => (long)tensor.Bytes.Length) > MostInGraph;

    /// <summary>Takes a tensor in.</summary>
    public void Add(string name, TensorProto.Types.DataType type, IEnumerable<long> dimensions, ReadOnlyMemory<byte> littleEndian)
    {
        var offset = WeightsFile.Align(_end);
        _tensors.Add((new TensorProto { Name = name, DataType = type, Dims = { dimensions } }, littleEndian, offset));
        _end = offset + littleEndian.Length;
    }

    /// <summary>The tensors as a graph names them.</summary>
    /// <param name="file">The name of the file with their bytes, if they need one.</param>
    public IEnumerable<TensorProto> Describe(string file) => _tensors.Select(stored =>
    {
        var tensor = stored.Tensor.Clone();
        if (!NeedFile)
        {
            tensor.RawData = ByteString.CopyFrom(stored.Bytes.Span);
            return tensor;
        }

        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        foreach (var (key, value) in new[] { ("location", file), ("offset", Number(stored.Offset)), ("length", Number(stored.Bytes.Length)) })
        {
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return tensor;
    });

    /// <summary>Writes the file.</summary>
    /// <returns>Its SHA-256.</returns>
    public string Write(string path)
    {
        using (var file = new WeightsFile(path, _end))
        {
            foreach (var (_, bytes, offset) in _tensors)
            {
                file.Write(offset, bytes.Span);
            }

            file.Flush();
        }

        return Checksums.Sha256(path);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
