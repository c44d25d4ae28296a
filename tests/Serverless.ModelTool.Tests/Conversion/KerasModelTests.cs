using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Tests.Conversion;

/// <summary>
/// Whole models that Keras wrote, converted by the command line, and asked about pictures as the classifier asks: against what Keras answered
/// (<c>tests/fixtures/keras</c>).
/// </summary>
public sealed class KerasModelTests : IDisposable
{
    private static readonly string[] Pictures = ["chelsea.png", "coffee.png", "rocket.jpg"];
    private readonly TemporaryFolder _models = new();

    [Theory]
    [InlineData("transfer-vgg16", "sequential-gap.keras", "probabilities", 1e-5f)]
    [InlineData("transfer-vgg16", "sequential-gap.h5", "probabilities", 1e-5f)]
    [InlineData("transfer-vgg16", "sequential-gap-keras2.h5", "probabilities", 1e-5f)]
    [InlineData("blocks", "inception.keras", "probabilities", 1e-4f, "--preprocessing", "inception-v3")]
    [InlineData("blocks", "inception.h5", "probabilities", 1e-4f, "--preprocessing", "inception-v3")]
    [InlineData("blocks", "residual.keras", "probabilities", 1e-4f, "--preprocessing", "resnet50")]
    [InlineData("blocks", "residual.h5", "probabilities", 1e-4f, "--preprocessing", "resnet50")]
    [InlineData("blocks", "mobile.keras", "probabilities", 1e-4f)]
    [InlineData("blocks", "mobile.h5", "probabilities", 1e-4f)]
    public async Task AModelGivesTheNumbersOfKeras(string folder, string file, string what, float tolerance, params string[] options)
    {
        await ConvertAsync(folder, file, options);

        AssertAnswers(Expected(folder, file, what), Open().Manifest.Output.Kind == OutputKind.Probabilities, tolerance);
    }

    [Fact]
    public async Task AModelThatPreprocessesAndGivesScoresGivesThoseOfKeras()
    {
        await ConvertAsync("transfer-vgg16", "functional-preprocess-logits.keras");

        var expected = Expected("transfer-vgg16", "functional-preprocess-logits.keras", "scores");
        AssertAnswers(expected, Open().Manifest.Output.Kind == OutputKind.Scores, 1e-5f * expected.Values.Max(Math.Abs));
    }

    [Theory]
    [InlineData("binary-augmented.keras")]
    [InlineData("binary-augmented.h5")]
    public async Task OneSigmoidBecomesTwoClassesOfWhichKerasGivesTheSecond(string file)
    {
        await ConvertAsync("transfer-vgg16", file);

        var second = Expected("transfer-vgg16", file, "probabilities").Values;
        AssertAnswers(new([3, 2], [.. second.SelectMany(p => new[] { 1 - p, p })]), Open().Labels.Count == 2, 1e-4f);
    }

    [Theory]
    [InlineData("transfer-vgg16", "binary-augmented.keras")]
    [InlineData("transfer-vgg16", "functional-preprocess-logits.keras")]
    [InlineData("blocks", "mobile.keras")]
    public async Task AModelThatPreparesItsPicturesGetsThemRaw(string folder, string file)
    {
        await ConvertAsync(folder, file);

        var input = Open().Manifest.Input;
        Assert.Equal((ChannelOrder.Rgb, 1f), (input.Channels, input.Scale));
        Assert.Equal([0, 0, 0, 1, 1, 1], input.Mean.Concat(input.Std));
    }

    [Fact]
    public async Task TheUsersLabelsAreTaken()
    {
        await File.WriteAllTextAsync(_models.File("names.json"), """["cat", "dog"]""", TestContext.Current.CancellationToken);

        await ConvertAsync("transfer-vgg16", "binary-augmented.keras", "--labels", _models.File("names.json"));

        Assert.Equal(["cat", "dog"], Open().Labels.Select(label => label.Name));
    }

    [Theory]
    [InlineData("blocks", "inception.keras", "feature_map", "features", "class_weights")]
    [InlineData("transfer-vgg16", "sequential-gap.keras", "feature_map", "features", null)]
    [InlineData("transfer-vgg16", "binary-augmented.keras", "feature_map", null, null)]
    public async Task TheManifestNamesTheFeaturesThatTheGraphHas(string folder, string file, string? map, string? vector, string? classWeights)
    {
        await ConvertAsync(folder, file, folder == "blocks" ? ["--preprocessing", "inception-v3"] : []);

        Assert.Equal(new ModelFeatures { Map = map, Vector = vector, ClassWeights = classWeights }, Open().Manifest.Features);
    }

    [Fact]
    public async Task AModelThatDoesNotSayHowItsPicturesArePreparedIsRefusedWithTheOption()
    {
        var run = await RunAsync("blocks", "residual.keras");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Say it with --preprocessing (alexnet, vgg16,", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_models.Path));
    }

    [Theory]
    [InlineData("unsupported-layer.keras", "Layer 'conv2d_transpose' is a Conv2DTranspose")]
    [InlineData("not-an-image.keras", "takes 'input_layer_7' (10), which is no colour image")]
    [InlineData("text-model.h5", "takes 'input_layer_8' (20), which is no colour image")]
    public async Task WhatCannotBeConvertedIsRefusedByItsName(string file, string expected)
    {
        var run = await RunAsync("refused", file, "--preprocessing", "raw");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_models.Path));
    }

    public void Dispose() => _models.Dispose();

    private ModelFolder Open() => new ModelStore(_models.Path).Open("converted");

    private Task<Tool.Result> RunAsync(string folder, string file, params string[] options) => Tool.RunAsync(
        ["convert", TestFiles.Fixture("keras", folder, file), "--name", "converted", "--models", _models.Path, .. options]);

    private async Task ConvertAsync(string folder, string file, params string[] options)
    {
        var run = await RunAsync(folder, file, options);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private static NpyArray Expected(string folder, string file, string what) =>
        NpyArray.Read(TestFiles.Fixture("keras", folder, $"{file.Split('.')[0].Replace("-keras2", "")}.{what}.npy"));

    private void AssertAnswers(NpyArray expected, bool isDescribedRight, float tolerance)
    {
        Assert.True(isDescribedRight);
        var model = Open();
        var input = model.Manifest.Input;
        using var session = new InferenceSession(model.GraphPath);
        foreach (var (index, picture) in Pictures.Index())
        {
            var tensor = new float[3 * input.Height * input.Width];
            new ImagePreprocessor(new ImageLimits()).Preprocess(
                File.ReadAllBytes(TestFiles.InRepository("samples", picture)), input, TensorLayout.Nchw, tensor, TestContext.Current.CancellationToken);

            var actual = session.RunOnImage(new([1, 3, input.Height, input.Width], tensor), model.Manifest.Output.Name);

            Assert.Equal(expected.Row(index).Length, actual.Length);
            Assert.All(expected.Row(index).Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        }
    }
}
