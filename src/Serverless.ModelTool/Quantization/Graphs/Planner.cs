using Serverless.Classifier.Models;
using Serverless.ModelTool.Onnx.Schema;

namespace Serverless.ModelTool.Quantization.Graphs;

/// <summary>Decides what of a graph becomes int8.</summary>
/// <remarks>
/// Convolutions do, and between them whatever moves or joins bytes: maximum and average pooling, sums and concatenations whose inputs are bytes. A ReLU or
/// a clip from 0 behind a convolution or a sum costs nothing: 0 is the lowest level then and the bytes saturate where it would clip. Dense layers keep
/// float32 activations and get weights of few bits; all the rest, softmax and global averages above all, stays as it is.
/// </remarks>
internal sealed class Planner
{
    /// <summary>Dense layers with fewer weights gain nothing.</summary>
    private const int LeastDenseWeights = 2048;

    private readonly FloatGraph _graph;
    private readonly IReadOnlyCollection<string> _keepFloat;
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private readonly List<Convolution> _convolutions = [];
    private readonly List<DenseLayer> _dense = [];
    private readonly Dictionary<string, string> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeProto, NodeProto> _absorbed = [];
    private readonly Dictionary<string, float> _ceilings = new(StringComparer.Ordinal);

    private Planner(FloatGraph graph, IReadOnlyCollection<string> keepFloat) => (_graph, _keepFloat) = (graph, keepFloat);

    /// <summary>Makes the plan.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="keepFloat">Names of layers that stay float32: of a node, of its output, or of its weights up to a slash.</param>
    /// <exception cref="ModelToolException">Nothing can become int8, or a name fits no layer.</exception>
    public static QuantizationPlan Make(FloatGraph graph, IReadOnlyCollection<string> keepFloat)
    {
        var planner = new Planner(graph, keepFloat);
        foreach (var node in graph.Nodes)
        {
            planner.Look(node);
        }

        if (keepFloat.Except(planner._kept).FirstOrDefault() is { } unknown)
        {
            throw new ModelToolException($"There is no convolution and no dense layer '{unknown}' to keep; there are: {string.Join(", ", graph.Nodes.Where(planner.HasWeights).Select(Name))}.");
        }

        return planner._convolutions.Count > 0
            ? new(planner._convolutions, planner._dense, planner._tensors, planner._absorbed, planner._ceilings)
            : throw new ModelToolException("The graph has no convolution that can become int8.");
    }

    private void Look(NodeProto node)
    {
        switch (node.OpType)
        {
            case "Conv" when HasWeights(node) && !IsKept(node):
                _tensors.TryAdd(node.Input[0], node.Input[0]);
                var output = Absorb(node);
                _convolutions.Add(new(node, _graph.FloatConstant(node.Input[1])!, node.Input.Count > 2 && node.Input[2].Length > 0 ? _graph.FloatConstant(node.Input[2]) : null, output, SeesPicture(node)));
                _tensors[output] = output;
                break;
            case "Gemm" or "MatMul" when HasWeights(node) && Dense(node) is { } dense && !IsKept(node):
                _dense.Add(dense);
                break;
            case "Add" when node.Input.All(IsMadeInBytes):
                var sum = Absorb(node);
                _tensors[sum] = sum;
                break;
            case "MaxPool" when node.Output.Count == 1 && _graph.Opset >= 12 && IsMadeInBytes(node.Input[0]):
                _tensors[node.Output[0]] = _tensors[node.Input[0]];
                break;
            case "AveragePool" when IsMadeInBytes(node.Input[0]):
            case "Concat" when node.Input.All(IsMadeInBytes):
                _tensors[node.Output[0]] = node.Output[0];
                break;
        }
    }

    /// <summary>Whether a tensor is the bytes of a node that computes in bytes.</summary>
    private bool IsMadeInBytes(string tensor) => _tensors.ContainsKey(tensor) && _graph.ProducerOf(tensor)?.OpType
        is "Conv" or "Add" or "MaxPool" or "AveragePool" or "Concat" or "Relu" or "Clip";

    /// <summary>Whether a convolution, and it alone, gets the picture itself as channels, rows, columns.</summary>
    private bool SeesPicture(NodeProto node) => node.Input[0] == _graph.Contract.InputName && _graph.Contract.Layout == TensorLayout.Nchw
        && _graph.FloatConstant(node.Input[1])!.Dims[1] == 3 && _graph.ConsumersOf(node.Input[0]).Count == 1 && _graph.Opset >= 11;

    private bool HasWeights(NodeProto node) => node.OpType switch
    {
        "Conv" => _graph.FloatConstant(node.Input[1])?.Dims.Count == 4
            && (node.Input.Count < 3 || node.Input[2].Length == 0 || _graph.FloatConstant(node.Input[2]) is not null),
        "Gemm" or "MatMul" => _graph.FloatConstant(node.Input[1])?.Dims.Count == 2,
        _ => false,
    };

    private bool IsKept(NodeProto node)
    {
        var names = _keepFloat.Where(name => name == node.Name || name == node.Output[0] || node.Input[1] == name || node.Input[1].StartsWith(name + "/", StringComparison.Ordinal)).ToList();
        _kept.UnionWith(names);
        return names.Count > 0;
    }

    /// <summary>Takes a ReLU in that alone uses the node's output.</summary>
    /// <returns>The tensor that the node makes then.</returns>
    private string Absorb(NodeProto node)
    {
        var output = node.Output[0];
        if (_graph.IsOutput(output) || _graph.ConsumersOf(output) is not [var next] || next.Input[0] != output || !Ceiling(next, out var ceiling))
        {
            return output;
        }

        _absorbed[next] = node;
        if (float.IsFinite(ceiling))
        {
            _ceilings[next.Output[0]] = ceiling;
        }

        return next.Output[0];
    }

    /// <summary>Whether a node clips at 0 below, and where it does above.</summary>
    private bool Ceiling(NodeProto node, out float ceiling)
    {
        ceiling = float.PositiveInfinity;
        switch (node.OpType)
        {
            case "Relu":
                return true;
            case "Clip":
                var low = Bound(1, "min");
                ceiling = Bound(2, "max") ?? float.PositiveInfinity;
                return low == 0 && ceiling > 0;
            default:
                return false;
        }

        // Up to opset 10 the bounds were attributes.
        float? Bound(int input, string attribute) =>
            node.Input.Count > input && node.Input[input].Length > 0 ? (_graph.FloatConstant(node.Input[input]) is { } constant ? _graph.Read(constant)[0] : float.NaN)
            : node.Attribute.FirstOrDefault(candidate => candidate.Name == attribute)?.F;
    }

    private DenseLayer? Dense(NodeProto node)
    {
        var weights = _graph.FloatConstant(node.Input[1])!;
        var isPlain = node.Attribute.All(attribute => attribute.Name switch
        {
            "alpha" or "beta" => attribute.F == 1,
            "transA" => attribute.I == 0,
            _ => true,
        });
        var isTransposed = node.Attribute.Any(attribute => attribute is { Name: "transB", I: not 0 });
        var bias = node.OpType == "Gemm" && node.Input.Count > 2 && node.Input[2].Length > 0 ? node.Input[2] : null;
        return isPlain && weights.Dims[0] * weights.Dims[1] >= LeastDenseWeights
            ? new(node, weights, isTransposed, bias, _graph.IsOutput(weights.Name))
            : null;
    }

    private static string Name(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output[0];
}
