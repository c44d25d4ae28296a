using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Onnx;

namespace Serverless.ModelTool.Conversion;

/// <summary>Writes a network as an ONNX graph (NCHW, any batch, probabilities out) and its weights file.</summary>
internal static class NetworkWriter
{
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
        var graph = new OnnxGraph(network.Name);
        List<(WeightTensor Tensor, long Offset)> placed = [];
        var end = 0L;
        string Place(string name, WeightTensor tensor)
        {
            var offset = WeightsFile.Align(end);
            end = offset + tensor.Length;
            placed.Add((tensor, offset));
            return graph.Weights(name, tensor.Dimensions, weightsName, offset, tensor.Length);
        }

        AddLayers(graph, network, Place);
        using (var file = new WeightsFile(weightsPath, end))
        {
            foreach (var (tensor, offset) in placed)
            {
                tensor.Write(file, offset, cancellation);
                progress(offset + tensor.Length, end);
            }

            file.Flush();
        }

        var sha256 = Checksums.Sha256(weightsPath);
        graph.Write(graphPath, (OnnxGraph.WeightsSha256Key, sha256));
        return sha256;
    }

    private static void AddLayers(OnnxGraph graph, Network network, Func<string, WeightTensor, string> place)
    {
        var x = graph.Input("image", Architecture.ImageChannels, network.Height, network.Width);
        foreach (var (layer, kernel, bias) in network.Layers)
        {
            string[] Inputs() => [x, place($"{layer.Name}/kernel", kernel!), place($"{layer.Name}/bias", bias!)];
            x = layer switch
            {
                Convolution convolution => graph.Node(
                    "Relu", $"{layer.Name}/relu", [graph.Node("Conv", layer.Name, Inputs(), Window(convolution.Kernel), Padding(convolution.Kernel / 2))]),
                MaxPool pool => graph.Node("MaxPool", layer.Name, [x], Window(pool.Window), ("strides", [pool.Window, pool.Window])),
                Flatten => graph.Node("Flatten", layer.Name, [x], ("axis", 1L)),
                Dense { Activation: Activation.Relu } => graph.Node("Relu", $"{layer.Name}/relu", [graph.Node("Gemm", layer.Name, Inputs())]),
                Dense { Activation: Activation.Softmax } => graph.Node("Softmax", "probabilities", [graph.Node("Gemm", layer.Name, Inputs())], ("axis", 1L)),
                _ => throw new InvalidOperationException($"No ONNX operation for {layer}."),
            };
        }

        graph.Output(x, network.ClassCount);
    }

    private static (string, long[]) Window(int side) => ("kernel_shape", [side, side]);

    private static (string, long[]) Padding(int side) => ("pads", [side, side, side, side]);
}
