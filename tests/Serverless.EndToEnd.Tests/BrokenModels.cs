using System.Text.Json.Nodes;

namespace Serverless.EndToEnd.Tests;

/// <summary>Models that fail in ways that no check can foresee, or that every check sees.</summary>
internal static class BrokenModels
{
    /// <summary>
    /// A model that loads and warms up, and whose network fails on every picture that is not black: it takes the brightest value as an index into a list of one.
    /// </summary>
    public static void AddFailingAtRun(string models, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(models, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "labels.json"), """["red", "green", "blue"]""");
        File.WriteAllText(Path.Combine(folder, "manifest.json"), Manifest(name).ToJsonString());
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), Protobuf.Message(model =>
        {
            model.Number(1, 8); // ir_version
            model.Nested(8, opset => opset.Number(2, 17)); // opset_import
            model.Nested(7, graph =>
            {
                Node(graph, "ReduceMax", ["image"], "brightest", ("keepdims", 0));
                Node(graph, "Cast", ["brightest"], "index", ("to", Int64));
                Node(graph, "Gather", ["list", "index"], "scores", ("axis", 0));
                graph.Text(2, "failing");
                graph.Nested(5, list =>
                {
                    list.Number(1, 1); // dims
                    list.Number(1, 3);
                    list.Number(2, Float);
                    list.Text(8, "list");
                    list.Bytes(9, new byte[3 * sizeof(float)]); // raw_data
                });
                Value(graph, 11, "image", [1, 3, 8, 8]);
                Value(graph, 12, "scores", [3]);
            });
        }));
    }

    /// <summary>A model whose manifest misses nearly everything.</summary>
    public static void AddUnreadable(string models, string name) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(models, name)).FullName, "manifest.json"), """{"schemaVersion": 1}""");

    private const int Float = 1;
    private const int Int64 = 7;

    private static JsonObject Manifest(string name) => new()
    {
        ["schemaVersion"] = 1,
        ["name"] = name,
        ["description"] = "Fails on every picture that is not black",
        ["license"] = "MIT",
        ["input"] = new JsonObject
        {
            ["width"] = 8,
            ["height"] = 8,
            ["channels"] = "rgb",
            ["resize"] = new JsonObject { ["mode"] = "squash", ["filter"] = "nearest" },
        },
        ["output"] = new JsonObject { ["kind"] = "scores" },
    };

    private static void Node(Protobuf graph, string type, string[] inputs, string output, (string Name, long Value) attribute) => graph.Nested(1, node =>
    {
        Array.ForEach(inputs, input => node.Text(1, input));
        node.Text(2, output);
        node.Text(4, type);
        node.Nested(5, written =>
        {
            written.Text(1, attribute.Name);
            written.Number(20, 2); // an integer
            written.Number(3, attribute.Value);
        });
    });

    private static void Value(Protobuf graph, int field, string name, long[] shape) => graph.Nested(field, value =>
    {
        value.Text(1, name);
        value.Nested(2, type => type.Nested(1, tensor =>
        {
            tensor.Number(1, Float);
            tensor.Nested(2, dimensions => Array.ForEach(shape, length => dimensions.Nested(1, dimension => dimension.Number(1, length))));
        }));
    });
}
