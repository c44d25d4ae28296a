using System.Globalization;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Conversion.Lowering;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Keras.Reading;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Tests.Architectures;

public sealed class ArchitectureTests
{
    /// <summary>
    /// Parameters as Keras (for AlexNet, torchvision) counts them. Multiply-adds: VGG16, VGG19 and AlexNet as the papers' layers multiply out; ResNet50 3.86 G with the
    /// stride on the first 1 x 1, and InceptionV3 5.71 G, as is published for them.
    /// </summary>
    [Theory]
    [InlineData("vgg16", 138_357_544, "15.47")]
    [InlineData("vgg19", 143_667_240, "19.63")]
    [InlineData("inception-v3", 23_851_784, "5.71")]
    [InlineData("resnet50", 25_636_712, "3.86")]
    [InlineData("alexnet", 61_100_840, "0.71")]
    public async Task DescribeTotalsWhatANetworkCosts(string name, long parameters, string gigaMultiplyAdds)
    {
        var run = await Tool.RunAsync("describe", name);

        var total = run.Output.TrimEnd().Split('\n')[^1].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var numbers = total[^2..].Select(number => long.Parse(number, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(parameters, numbers[0]);
        Assert.Equal(gigaMultiplyAdds, (numbers[1] / 1e9).ToString("0.00", CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task DescribeListsEachLayerWithWhatItGives()
    {
        var run = await Tool.RunAsync("describe", "vgg16");

        Assert.Matches(@"(?m)^block1_conv2 +Convolution +224 x 224 x 64 +36,928 +1,849,688,064$", run.Output);
        Assert.Matches(@"(?m)^block5_pool +Pooling +7 x 7 x 512$", run.Output);
        Assert.Matches(@"(?m)^fc1 +Dense +4096 +102,764,544 +102,760,448$", run.Output);
    }

    /// <summary>The figure and Keras's own description of the network are the same layers in the same places.</summary>
    [Theory]
    [InlineData("vgg16")]
    [InlineData("vgg19")]
    [InlineData("resnet50")]
    [InlineData("inception-v3")]
    public void AFigureIsTheNetworkThatKerasDescribes(string name)
    {
        var architecture = KnownArchitectures.Get(name);
        var json = File.ReadAllText(TestFiles.Fixture("keras", "full-size", $"{name}.config.json"));
        var (height, width) = (architecture.Input.Height, architecture.Input.Width);
        var described = KerasModel.Read($"{name}.config.json", json, "3.15.1").Build(height, width);

        Assert.Equal(Shape(described, architecture), Shape(architecture.Build(), architecture));
    }

    /// <summary>Every layer with what it does, what it gives, and which layers it follows, by their place in the order.</summary>
    private static string[] Shape(LayerNode output, Architecture architecture)
    {
        var layers = NetworkCompiler.Compile(output, new FormulaWeights(architecture, seed: 1), widthsAreFree: false).Layers;
        var places = layers.Select((layer, place) => (layer.Layer, place)).ToDictionary(pair => pair.Layer, pair => pair.place);
        return [.. layers.Select(layer =>
            $"{layer.Layer.Layer} gives {layer.Shape}, {layer.Parameters} parameters, follows {string.Join(", ", layer.Layer.Inputs.Select(input => places[input]))}")];
    }
}
