using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests.Inference.Preparation;

/// <summary>A model that is large without weighing anything: 35 MB of zeros, as a file with a hole, between an image of 8 x 8 and two scores.</summary>
internal static class WideGraph
{
    public const long Weights = 192 * Width * sizeof(float);
    private const long Width = 45_000;

    /// <summary>Writes the model's folder.</summary>
    public static string Add(TemporaryModels models, string name)
    {
        var folder = models.Add(name, graph: ToBytes());
        using var weights = new FileStream(Path.Combine(folder, "zeros.weights"), FileMode.CreateNew);
        weights.SetLength(Weights + (Width * 2 * sizeof(float)));
        return folder;
    }

    private static byte[] ToBytes() => Protobuf.Message(model =>
    {
        model.Number(1, 8); // ir_version
        model.Nested(8, opset => opset.Number(2, 17)); // opset_import
        model.Nested(7, graph =>
        {
            Node(graph, "Flatten", "flat", "image");
            Node(graph, "MatMul", "wide", "flat", "first");
            Node(graph, "MatMul", "scores", "wide", "second");
            graph.Text(2, "wide");
            External(graph, "first", [192, Width], 0, Weights);
            External(graph, "second", [Width, 2], Weights, Width * 2 * sizeof(float));
            graph.Nested(11, input => Value(input, "image", [1, 3, 8, 8]));
            graph.Nested(12, output => Value(output, "scores", [1, 2]));
        });
    });

    private static void Node(Protobuf graph, string operation, string output, params string[] inputs) => graph.Nested(1, node =>
    {
        Array.ForEach(inputs, input => node.Text(1, input));
        node.Text(2, output);
        node.Text(4, operation);
    });

    private static void External(Protobuf graph, string name, long[] shape, long offset, long length) => graph.Nested(5, tensor =>
    {
        Array.ForEach(shape, dimension => tensor.Number(1, dimension));
        tensor.Number(2, TinyGraph.Float);
        tensor.Text(8, name);
        foreach (var (key, value) in new[] { ("location", "zeros.weights"), ("offset", $"{offset}"), ("length", $"{length}") })
        {
            tensor.Nested(13, entry =>
            {
                entry.Text(1, key);
                entry.Text(2, value);
            });
        }

        tensor.Number(14, 1); // data_location: external
    });

    private static void Value(Protobuf value, string name, long[] shape)
    {
        value.Text(1, name);
        value.Nested(2, type => type.Nested(1, tensor =>
        {
            tensor.Number(1, TinyGraph.Float);
            tensor.Nested(2, dimensions => Array.ForEach(shape, length => dimensions.Nested(1, dimension => dimension.Number(1, length))));
        }));
    }
}
