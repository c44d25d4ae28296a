using System.Text.Json.Nodes;
using Serverless.ModelTool.Keras.Reading;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Tests.Keras;

/// <summary>Topologies that no fixture has: large, deep, out of order, of other versions.</summary>
public sealed class KerasModelReadingTests
{
    [Fact]
    public void LayersMayStandInAnyOrder()
    {
        JsonNode[] layers = [Layer("Flatten", "c", "b"), Layer("ReLU", "b", "a"), Layer("ReLU", "a", "image"), Image("image")];

        Assert.Equal(["image", "a", "b", "c"], Build(Functional("image", "c", layers)).InOrder().Select(node => node.Address.Name));
    }

    [Fact]
    public void ALongChainInReverseOrderIsBuiltInATime()
    {
        const int Length = 15_000;
        static string Name(int number) => number == 0 ? "image" : $"layer{number}";
        JsonNode[] layers = [.. Enumerable.Range(1, Length).Reverse().Select(number => Layer("ReLU", Name(number), Name(number - 1))), Image("image")];

        Assert.Equal(Length + 1, Build(Functional("image", $"layer{Length}", layers)).InOrder().Count());
    }

    [Fact]
    public void ModelsThatUseEachOtherTwiceAndTwiceAgainAreRefused()
    {
        JsonNode Doubling(int depth)
        {
            var inner = depth == 0 ? Layer("ReLU", "twice", "image") : Doubling(depth - 1);
            inner["config"]!["name"] = "twice";
            inner["inbound_nodes"] = new JsonArray(Inbound("image"), Inbound("twice"));
            return Functional("image", ["twice", 1, 0], [Image("image"), inner]);
        }

        var refusal = Assert.Throws<ModelToolException>(() => Build(Doubling(25)));

        Assert.Contains("more than 20,000 layers", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralInputsAreRefusedByTheirNames()
    {
        var refusal = Assert.Throws<ModelToolException>(() => Build(Functional("left", "left", [Image("left"), Image("right")])));

        Assert.Contains("takes 2 inputs ('left' (8, 8, 3), 'right' (8, 8, 3)); one image is expected", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Keras 2.2 and older wrote the layers of a Sequential model as a bare list, and the input's shape into the first of them.</summary>
    [Fact]
    public void ASequentialModelOfOldKerasIsRead()
    {
        var model = JsonNode.Parse(
            """
            {"class_name": "Sequential", "config": [
              {"class_name": "Conv2D", "config": {"name": "conv", "batch_input_shape": [null, 8, 8, 3], "filters": 4, "kernel_size": [3, 3], "activation": "relu"}},
              {"class_name": "Flatten", "config": {"name": "flatten"}}]}
            """)!;

        Assert.Equal([typeof(Input), typeof(Convolution), typeof(Flatten)], Build(model, "2.2.4").InOrder().Select(node => node.Layer.GetType()));
    }

    /// <summary>A layer that is used twice is two places with the same weights.</summary>
    [Fact]
    public void ALayerMayBeUsedTwice()
    {
        var twice = Layer("ReLU", "twice", "image");
        twice["inbound_nodes"] = new JsonArray(Inbound("image"), Inbound("twice"));

        var layers = Build(Functional("image", ["twice", 1, 0], [Image("image"), twice])).InOrder();

        Assert.Equal(["image", "twice", "twice"], layers.Select(node => node.Address.Name));
    }

    [Theory]
    [InlineData("2.15.0", 0.2)]
    [InlineData("3.0.5", 1.0 / 6)]
    public void TheHardSigmoidIsThatOfTheVersion(string version, double slope)
    {
        var layer = Layer("Activation", "a", "image");
        layer["config"]!["activation"] = "hard_sigmoid";

        Assert.Equal(new HardSigmoid(slope), Build(Functional("image", "a", [Image("image"), layer]), version).Layer.Activation);
    }

    private static LayerNode Build(JsonNode model, string version = "3.15.1") =>
        KerasModel.Read("model.keras", model.ToJsonString(new() { MaxDepth = 1000 }), version).Build(8, 8);

    private static JsonObject Functional(string input, string output, JsonNode[] layers) => Functional(input, [output, 0, 0], layers);

    private static JsonObject Functional(string input, JsonArray output, JsonNode[] layers) => new()
    {
        ["class_name"] = "Functional",
        ["config"] = new JsonObject { ["name"] = "model", ["layers"] = new JsonArray(layers), ["input_layers"] = new JsonArray(input, 0, 0), ["output_layers"] = output },
    };

    private static JsonObject Image(string name) => new()
    {
        ["class_name"] = "InputLayer",
        ["config"] = new JsonObject { ["name"] = name, ["batch_shape"] = new JsonArray(null, 8, 8, 3) },
        ["inbound_nodes"] = new JsonArray(),
    };

    private static JsonObject Layer(string className, string name, string after) => new()
    {
        ["class_name"] = className,
        ["name"] = name,
        ["config"] = new JsonObject { ["name"] = name },
        ["inbound_nodes"] = new JsonArray(Inbound(after)),
    };

    private static JsonArray Inbound(string layer) => new(new JsonArray(layer, 0, 0, new JsonObject()));
}
