using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Onnx.Schema;

namespace Serverless.ModelTool.Quantization.Graphs;

/// <summary>
/// A model's float32 graph as ONNX Runtime simplifies it for any machine: constants computed, batch normalisation folded into convolutions, nothing left
/// that does nothing.
/// </summary>
internal sealed class FloatGraph
{
    private const string GraphFile = "simple.onnx";
    private const string WeightsFile = "simple.weights";

    /// <summary>Operations that only quantized graphs have.</summary>
    private static readonly HashSet<string> QuantizedOps = new(StringComparer.Ordinal)
    {
        "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv", "QLinearMatMul", "ConvInteger", "MatMulInteger", "MatMulNBits", "QGemm",
    };

    private readonly string _folder;
    private readonly Dictionary<string, TensorProto> _initializers;
    private readonly Dictionary<string, List<NodeProto>> _consumers;
    private readonly Dictionary<string, NodeProto> _producers;
    private readonly HashSet<string> _outputs;

    private FloatGraph(string folder, ModelProto model, GraphContract contract)
    {
        (_folder, Model, Contract) = (folder, model, contract);
        _initializers = model.Graph.Initializer.ToDictionary(tensor => tensor.Name);
        _outputs = [.. model.Graph.Output.Select(output => output.Name)];
        _producers = model.Graph.Node.SelectMany(node => node.Output.Where(name => name.Length > 0).Select(name => (name, node))).ToDictionary(pair => pair.name, pair => pair.node);
        _consumers = model.Graph.Node.SelectMany(node => node.Input.Where(name => name.Length > 0).Distinct().Select(name => (name, node)))
            .GroupBy(pair => pair.name, pair => pair.node).ToDictionary(group => group.Key, group => group.ToList());
    }

    /// <summary>The whole of it.</summary>
    public ModelProto Model { get; }

    /// <summary>What it takes and gives.</summary>
    public GraphContract Contract { get; }

    /// <summary>Version of ONNX's own operations.</summary>
    public long Opset => Model.OpsetImport.First(import => import.Domain is "" or "ai.onnx").Version;

    /// <summary>Its nodes, each after those that it needs.</summary>
    public IEnumerable<NodeProto> Nodes => Model.Graph.Node;

    /// <summary>Simplifies a model's graph.</summary>
    /// <param name="model">The model; tensors that its manifest names stay.</param>
    /// <param name="folder">A folder of the caller's for the files, to be kept as long as the graph is used.</param>
    /// <exception cref="ModelToolException">It is no float32 graph.</exception>
    public static FloatGraph Simplify(ModelFolder model, string folder)
    {
        var bytes = GraphOutputs.Add(File.ReadAllBytes(model.GraphPath), model.Manifest.Features?.Outputs ?? []);
        CheckFloat32(Parse(bytes, model.GraphPath), model.Manifest.Name);
        using var options = OptimizedGraph.Options(model.Folder, Path.Combine(folder, GraphFile), WeightsFile, GraphOptimizationLevel.ORT_ENABLE_BASIC);
        try
        {
            using var session = new InferenceSession(bytes, options);
            var contract = GraphContract.Read(session, model.Manifest);
            return new(folder, Parse(File.ReadAllBytes(Path.Combine(folder, GraphFile)), model.GraphPath), contract);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or InvalidDataException)
        {
            throw new ModelToolException($"{model.GraphPath} cannot be used: {exception.Message.ReplaceLineEndings(" ").Trim()}", exception);
        }
    }

    /// <summary>A session of it that gives further tensors out.</summary>
    public InferenceSession Open(IEnumerable<string> tensors)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", _folder);
        return new(GraphOutputs.Add(Model.ToByteArray(), tensors), options);
    }

    /// <summary>A constant of the graph; null where the name is another tensor's.</summary>
    public TensorProto? Constant(string name) => _initializers.GetValueOrDefault(name);

    /// <summary>A constant of float32; null where it is something else.</summary>
    public TensorProto? FloatConstant(string name) => Constant(name) is { DataType: TensorProto.Types.DataType.Float } tensor ? tensor : null;

    /// <summary>The numbers of a constant.</summary>
    public float[] Read(TensorProto constant) => FloatTensor.Read(constant, _folder);

    /// <summary>Whether callers can ask for a tensor.</summary>
    public bool IsOutput(string tensor) => _outputs.Contains(tensor);

    /// <summary>The nodes that take a tensor.</summary>
    public IReadOnlyList<NodeProto> ConsumersOf(string tensor) => _consumers.GetValueOrDefault(tensor) ?? [];

    /// <summary>The node that makes a tensor; null for inputs and constants.</summary>
    public NodeProto? ProducerOf(string tensor) => _producers.GetValueOrDefault(tensor);

    private static ModelProto Parse(byte[] bytes, string path)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new ModelToolException($"{path} is not an ONNX graph, or is damaged: {exception.Message}", exception);
        }
    }

    private static void CheckFloat32(ModelProto model, string name)
    {
        if (model.Graph.Node.FirstOrDefault(node => QuantizedOps.Contains(node.OpType)) is { } quantized)
        {
            throw new ModelToolException($"{name} is quantized already: it has a {quantized.OpType}. Quantize the float32 model that it was made of.");
        }

        if (model.Graph.Initializer.FirstOrDefault(tensor => tensor.DataType
            is TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Bfloat16 or TensorProto.Types.DataType.Double) is { } other)
        {
            throw new ModelToolException($"{name} is not a float32 model: its {other.Name} is {other.DataType}. Quantize the float32 model that it was made of.");
        }

        if (model.Graph.Node.FirstOrDefault(node => node.Attribute.Any(attribute => attribute.G is not null || attribute.Graphs.Count > 0)) is { } branch)
        {
            throw new ModelToolException($"{name} has a {branch.OpType} with graphs of its own inside, which are not quantized.");
        }
    }
}
