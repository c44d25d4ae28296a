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

    /// <summary>Declares weights as an output: the same for every image, so without a batch.</summary>
    public void WeightsOutput(string name, ReadOnlySpan<long> dimensions) => Declare(_graph.Output, name, new TensorShapeProto(), dimensions);

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

    /// <summary>Declares a few integers that lie in the graph itself.</summary>
    public string Integers(string name, ReadOnlySpan<long> values, bool isScalar)
    {
        var tensor = new TensorProto { Name = name, DataType = TensorProto.Types.DataType.Int64 };
        tensor.Int64Data.AddRange(values);
        return Add(tensor, values.Length, isScalar);
    }

    /// <summary>Declares a few numbers that lie in the graph itself.</summary>
    public string Numbers(string name, ReadOnlySpan<float> values, bool isScalar)
    {
        var tensor = new TensorProto { Name = name, DataType = TensorProto.Types.DataType.Float };
        tensor.FloatData.AddRange(values);
        return Add(tensor, values.Length, isScalar);
    }

    /// <summary>Adds a node with one output.</summary>
    /// <param name="opType">The operation.</param>
    /// <param name="name">The node's name.</param>
    /// <param name="output">The output's name.</param>
    /// <param name="inputs">The names of what it takes; empty for what is left out.</param>
    /// <param name="attributes">Integers, lists of them, numbers and texts.</param>
    public void Node(string opType, string name, string output, IEnumerable<string> inputs, IEnumerable<(string Name, object Value)> attributes)
    {
        var node = new NodeProto { OpType = opType, Name = name, Input = { inputs }, Output = { output } };
        node.Attribute.AddRange(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        _graph.Node.Add(node);
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

    private string Add(TensorProto tensor, int count, bool isScalar)
    {
        if (!isScalar)
        {
            tensor.Dims.Add(count);
        }

        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        long[] list => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { list } },
        long integer => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = integer },
        float number => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = number },
        string text => new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        _ => throw new ArgumentException($"No attribute holds a {value.GetType().Name}.", nameof(value)),
    };

    private static string Declare(RepeatedField<ValueInfoProto> list, string name, ReadOnlySpan<long> dimensionsOfOne) =>
        Declare(list, name, new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" } } }, dimensionsOfOne);

    private static string Declare(RepeatedField<ValueInfoProto> list, string name, TensorShapeProto shape, ReadOnlySpan<long> dimensions)
    {
        foreach (var dimension in dimensions)
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
