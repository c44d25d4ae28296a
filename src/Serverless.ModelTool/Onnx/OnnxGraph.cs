using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Serverless.ModelTool.Onnx.Schema;

namespace Serverless.ModelTool.Onnx;

/// <summary>A graph that is written node by node; its weights lie in a file of their own.</summary>
/// <remarks>The bytes depend on what is added and on nothing else: no date, no version of this tool, no path.</remarks>
internal sealed class OnnxGraph(string name)
{
    /// <summary>
    /// Key of the metadata entry that names the SHA-256 of the weights file, so that the graph's own SHA-256 stands for both.
    /// </summary>
    public const string WeightsSha256Key = "weights_sha256";

    private const int IrVersion = 8;
    private const int OpsetVersion = 17;
    private readonly GraphProto _graph = new() { Name = name };

    /// <summary>Declares an input or output of float32 whose first axis is the batch, of any size.</summary>
    public string Input(string name, params ReadOnlySpan<long> dimensionsOfOne) => Declare(_graph.Input, name, dimensionsOfOne);

    /// <inheritdoc cref="Input"/>
    public string Output(string name, params ReadOnlySpan<long> dimensionsOfOne) => Declare(_graph.Output, name, dimensionsOfOne);

    /// <summary>Declares weights that lie in <paramref name="file"/>.</summary>
    public string Weights(string name, ReadOnlySpan<long> dimensions, string file, long offset, long length)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = TensorProto.Types.DataType.Float,
            DataLocation = TensorProto.Types.DataLocation.External,
            ExternalData = { Entry("location", file), Entry("offset", Number(offset)), Entry("length", Number(length)) },
        };
        tensor.Dims.AddRange(dimensions);
        _graph.Initializer.Add(tensor);
        return name;
    }

    /// <summary>Adds a node with one output, which has the node's name.</summary>
    /// <returns>The name of the output.</returns>
    public string Node(string opType, string name, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, long[] Values)> attributes)
    {
        var node = new NodeProto { OpType = opType, Name = name, Input = { inputs }, Output = { name } };
        foreach (var (attribute, values) in attributes)
        {
            node.Attribute.Add(new AttributeProto { Name = attribute, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } });
        }

        _graph.Node.Add(node);
        return name;
    }

    /// <inheritdoc cref="Node(string, string, IEnumerable{string}, ReadOnlySpan{ValueTuple{string, long[]}})"/>
    public string Node(string opType, string name, IEnumerable<string> inputs, (string Name, long Value) attribute)
    {
        Node(opType, name, inputs);
        _graph.Node[^1].Attribute.Add(new AttributeProto { Name = attribute.Name, Type = AttributeProto.Types.AttributeType.Int, I = attribute.Value });
        return name;
    }

    /// <summary>Writes the graph.</summary>
    /// <param name="path">The file to make.</param>
    /// <param name="metadata">What ONNX Runtime hands out beside the graph.</param>
    public void Write(string path, params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            OpsetImport = { new OperatorSetIdProto { Version = OpsetVersion } },
            ProducerName = "Serverless.ModelTool",
            Graph = _graph,
        };
        foreach (var (key, value) in metadata)
        {
            model.MetadataProps.Add(Entry(key, value));
        }

        using var file = File.Create(path);
        model.WriteTo(file);
        file.Flush(flushToDisk: true);
    }

    private static string Declare(RepeatedField<ValueInfoProto> list, string name, ReadOnlySpan<long> dimensionsOfOne)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" } } };
        foreach (var dimension in dimensionsOfOne)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dimension });
        }

        list.Add(new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = TensorProto.Types.DataType.Float, Shape = shape } },
        });
        return name;
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
