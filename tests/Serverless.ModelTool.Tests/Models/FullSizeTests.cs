using Serverless.Classifier.Models;
using Serverless.ModelTool.Onnx;

namespace Serverless.ModelTool.Tests.Models;

/// <summary>
/// From the picture's file to the thousand probabilities, against what Keras (for AlexNet, PyTorch) answered with the same weights
/// (<c>tests/fixtures/keras/full-size</c>).
/// </summary>
public abstract class FullSizeTests(FullSizeNetwork network)
{
    private const float RelativeTolerance = 1e-4f;

    public static TheoryData<int, string> Pictures => [.. FullSizeNetwork.Pictures.Select((picture, index) => (index, picture))];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void APictureGetsTheProbabilitiesOfKeras(int index, string picture)
    {
        var actual = network.Answer(index);

        AssertClose(network.Expected(index, "probabilities"), actual, picture);
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void APictureGetsTheTopFiveOfKeras(int index, string picture)
    {
        var actual = network.Answer(index).Index().OrderByDescending(label => label.Item).Take(5).Select(label => label.Index);

        Assert.True(network.TopFive(index).SequenceEqual(actual), picture);
    }

    /// <summary>Every number within a ten-thousandth of itself, or of a millionth where it is smaller than that.</summary>
    private protected static void AssertClose(float[] expected, float[] actual, string of) => AssertClose(expected, actual, of, least: 1e-6f);

    /// <summary>
    /// Every number within a ten-thousandth of the largest: features are sums of thousands of products, and those near zero have lost their digits in both.
    /// </summary>
    private protected static void AssertFeatures(float[] expected, float[] actual) => AssertClose(expected, actual, "features", least: expected.Max(Math.Abs));

    private static void AssertClose(float[] expected, float[] actual, string of, float least)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = expected.Zip(actual).Max(pair => Math.Abs(pair.First - pair.Second) / Math.Max(Math.Abs(pair.First), least));
        Assert.True(worst <= RelativeTolerance, $"{of}: off by {worst:g3} of its value");
    }
}

public sealed class Vgg16FullSizeTests(FullSizeVgg16 network) : FullSizeTests(network), IClassFixture<FullSizeVgg16>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TheMeanOfTheFeatureMapIsWhatKerasGivesWithoutTheTop(int picture) =>
        AssertFeatures(network.Expected(picture, "features-avg"), FeatureMaps.Mean(network.Answer(picture, "feature_map"), channels: 512));

    [Fact]
    public async Task TheCommandLinePrintsKerassTopFive()
    {
        var labels = Labels.Read(TestFiles.InRepository("models", "vgg16", "labels.json"));

        var run = await Tool.RunAsync(
            "classify", TestFiles.InRepository("samples", "chelsea.png"), "--model", network.Name, "--models", network.ModelsFolder, "--format", "keras");

        var expected = network.TopFive(1).Select(index => $"('{labels[index].ClassId}', '{labels[index].Name}', ");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(expected, run.Output.Trim('[', ']', '\n').Split("), ").Select(tuple => tuple[..(tuple.LastIndexOf(' ') + 1)]));
    }

    [Fact]
    public void EveryTensorStartsAtAPageSoThatItCanBeMapped()
    {
        var tensors = OnnxFile.Read(Path.Combine(network.ModelsFolder, network.Name, "model.onnx")).ExternalTensors;

        Assert.Equal(32, tensors.Count);
        Assert.All(tensors, tensor => Assert.Equal(0, tensor.Offset % 4096));
        Assert.Equal(network.Parameters, tensors.Sum(tensor => tensor.Length) / sizeof(float));
    }
}

public sealed class Vgg19FullSizeTests(FullSizeVgg19 network) : FullSizeTests(network), IClassFixture<FullSizeVgg19>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TheMeanOfTheFeatureMapIsWhatKerasGivesWithoutTheTop(int picture) =>
        AssertFeatures(network.Expected(picture, "features-avg"), FeatureMaps.Mean(network.Answer(picture, "feature_map"), channels: 512));
}

public sealed class ResNet50FullSizeTests(FullSizeResNet50 network) : FullSizeTests(network), IClassFixture<FullSizeResNet50>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TheFeaturesAreWhatKerasGivesBeforeTheLastLayer(int picture) =>
        AssertFeatures(network.Expected(picture, "before-predictions"), network.Answer(picture, "features"));

    [Fact]
    public void BatchNormalisationIsFoldedIntoTheConvolutions() =>
        // 53 convolutions and the last layer, each with a kernel and a bias.
        Assert.Equal(2 * 54, OnnxFile.Read(Path.Combine(network.ModelsFolder, network.Name, "model.onnx")).ExternalTensors.Count);
}

public sealed class InceptionV3FullSizeTests(FullSizeInceptionV3 network) : FullSizeTests(network), IClassFixture<FullSizeInceptionV3>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TheFeaturesAreWhatKerasGivesBeforeTheLastLayer(int picture) =>
        AssertFeatures(network.Expected(picture, "before-predictions"), network.Answer(picture, "features"));

    [Fact]
    public void TheMapAndTheClassWeightsGiveTheProbabilitiesAgain()
    {
        var features = FeatureMaps.Mean(network.Answer(0, "feature_map"), channels: 2048);

        var probabilities = FeatureMaps.SoftmaxOf(features, network.Answer(0, "class_weights"), network.LastBias());

        AssertClose(network.Expected(0, "probabilities"), probabilities, "probabilities");
    }
}

public sealed class AlexNetFullSizeTests(FullSizeAlexNet network) : FullSizeTests(network), IClassFixture<FullSizeAlexNet>;
