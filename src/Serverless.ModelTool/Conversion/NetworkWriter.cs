using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Conversion.Weights;
using Serverless.ModelTool.Onnx;

namespace Serverless.ModelTool.Conversion;

/// <summary>Writes a network as an ONNX graph (NCHW, any batch) and its weights file.</summary>
internal sealed class NetworkWriter
{
    private readonly OnnxGraph _graph;
    private readonly string _weightsName;
    private readonly HashSet<string> _names;
    private readonly Dictionary<Parameter, string> _parameters = new(ReferenceEqualityComparer.Instance);
    private readonly List<(WeightTensor Tensor, long Offset)> _placed = [];
    private long _end;

    private NetworkWriter(Network network, string weightsName)
    {
        (_graph, _weightsName) = (new OnnxGraph(network.Name), weightsName);
        _names = [.. network.InOrder().Select(node => node.OutputName)];
    }

    /// <summary>Writes both files.</summary>
    /// <param name="network">What to write.</param>
    /// <param name="graphPath">Where the graph goes.</param>
    /// <param name="weightsPath">Where the weights go.</param>
    /// <param name="weightsName">The name by which the graph finds its weights, once both are in place.</param>
    /// <param name="progress">Told the bytes written so far and in all.</param>
    /// <param name="cancellation">Ends the work early; what was written is then not whole.</param>
    /// <returns>Lower-case hexadecimal SHA-256 of the weights file, which the graph names too.</returns>
    public static string Write(
        Network network, string graphPath, string weightsPath, string weightsName, Action<long, long?> progress, CancellationToken cancellation)
    {
        var writer = new NetworkWriter(network, weightsName);
        writer.AddNodes(network);
        writer.WriteWeights(weightsPath, progress, cancellation);
        var sha256 = Checksums.Sha256(weightsPath);
        writer._graph.Write(graphPath, (OnnxGraph.WeightsSha256Key, sha256));
        return sha256;
    }

    private void AddNodes(Network network)
    {
        foreach (var node in network.InOrder())
        {
            if (node.OpType == Node.InputOp)
            {
                _graph.Input(node.OutputName, node.Shape.InGraph);
                continue;
            }

            string[] inputs = [.. node.Inputs.Select(input => input.OutputName), .. node.Parameters.Select(parameter => Declare(node, parameter))];
            _graph.Node(node.OpType, node.Name, node.OutputName, inputs, node.Attributes);
        }

        _graph.Output(network.Output.OutputName, network.Output.Shape.InGraph);
        foreach (var output in new[] { network.Features.Map, network.Features.Vector }.OfType<Node>())
        {
            _graph.Output(output.OutputName, output.Shape.InGraph);
        }

        if (network.Features.ClassWeights is { } weights)
        {
            _graph.WeightsOutput(weights.Name, weights.Dimensions);
        }
    }

    private string Declare(Node node, Parameter parameter)
    {
        if (!_parameters.TryGetValue(parameter, out var name))
        {
            _parameters[parameter] = name = parameter switch
            {
                NoParameter => "",
                Integers integers => _graph.Integers(Unique($"{node.Name}/parameter"), integers.Values, integers.IsScalar),
                Numbers numbers => _graph.Numbers(Unique($"{node.Name}/parameter"), numbers.Values, numbers.IsScalar),
                WeightTensor tensor => Place(tensor),
                _ => throw new InvalidOperationException($"No place for {parameter}."),
            };
        }

        return name;
    }

    private string Place(WeightTensor tensor)
    {
        var offset = WeightsFile.Align(_end);
        _end = offset + tensor.Length;
        _placed.Add((tensor, offset));
        return _graph.Weights(Unique(tensor.Name), tensor.Dimensions, _weightsName, offset, tensor.Length);
    }

    private string Unique(string name)
    {
        var unique = name;
        for (var number = 2; !_names.Add(unique); number++)
        {
            unique = $"{name}#{number}";
        }

        return unique;
    }

    private void WriteWeights(string path, Action<long, long?> progress, CancellationToken cancellation)
    {
        using var file = new WeightsFile(path, _end);
        foreach (var (tensor, offset) in _placed)
        {
            tensor.Write(file, offset, cancellation);
            progress(offset + tensor.Length, _end);
        }

        file.Flush();
    }
}
