using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Tests.Conversion;

/// <summary>A manifest that was there before, and a network that has to keep what it promises.</summary>
public sealed class ModelConverterTests : IDisposable
{
    private readonly TemporaryFolder _models = new();

    [Fact]
    public async Task TheFeatureMapGetsTheNameThatTheManifestGivesIt()
    {
        var run = await ConvertAsync(manifest => manifest with { Output = Named("probabilities"), Features = new() { Map = "last_map" } });

        Assert.True(run.ExitCode == 0, run.Error);
        using var session = new InferenceSession(_models.File("mine", "model.onnx"));
        Assert.Equal(["probabilities", "last_map"], session.OutputNames);
    }

    [Fact]
    public async Task WithoutFeaturesInTheManifestTheGraphHasOneOutput()
    {
        var run = await ConvertAsync(manifest => manifest);

        Assert.True(run.ExitCode == 0, run.Error);
        using var session = new InferenceSession(_models.File("mine", "model.onnx"));
        Assert.Equal(["probabilities"], session.OutputNames);
    }

    public static TheoryData<string, ModelFeatures?, ModelOutput, string> BrokenPromises => new()
    {
        { "no vector", new() { Map = "m", Vector = "v" }, Named("probabilities"), "names features.vector, but the network has none" },
        { "no class weights", new() { Map = "m", ClassWeights = "w" }, Named("probabilities"), "names features.classWeights, but the network has none" },
        { "no name", new() { Map = "m" }, new() { Kind = OutputKind.Probabilities }, "has to say so in output.name" },
        { "another name", null, Named("classes"), "The network's answer is called \"probabilities\"" },
        { "scores", null, new() { Kind = OutputKind.Scores }, "The network gives probabilities, but" },
    };

    [Theory]
    [MemberData(nameof(BrokenPromises))]
    public async Task APromiseThatTheNetworkCannotKeepIsRefused(string what, ModelFeatures? features, ModelOutput output, string expected)
    {
        var run = await ConvertAsync(manifest => manifest with { Features = features, Output = output });

        Assert.True(run.ExitCode == 1, what);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_models.File("mine", "model.onnx")));
    }

    public void Dispose() => _models.Dispose();

    private static ModelOutput Named(string name) => new() { Name = name, Kind = OutputKind.Probabilities };

    private Task<Tool.Result> ConvertAsync(Func<Manifest, Manifest> change)
    {
        Narrow.Describe(_models.Path, "mine", change);
        return Tool.RunAsync("convert", Narrow.Keras2Weights, "--architecture", "vgg16", "--models", _models.Path, "--name", "mine");
    }
}
