using System.Text.Json.Nodes;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Features;
using Serverless.Classifier.Tests.Inference;
using Serverless.Classifier.Tests.Models;
using Serverless.Classifier.Tests.Networks;

namespace Serverless.Classifier.Tests.Features;

/// <summary>Features of real networks, held against the answers of the same networks.</summary>
public class FeatureTests
{
    private static readonly byte[] Cat = File.ReadAllBytes(TestFiles.InRepository("samples", "chelsea.png"));

    [Fact]
    public async Task TheLastLayerMakesTheProbabilitiesOfTheVector()
    {
        using var host = Host();
        var vector = await ExtractAsync(host, new());
        var dense = EfficientNetDense.Read();

        double[] scores = [.. Enumerable.Range(0, EfficientNetDense.Classes).Select(index => dense.Bias[index]
            + vector.Values.Select((value, channel) => (double)value * dense.Weights[(index * EfficientNetDense.Channels) + channel]).Sum())];
        var sum = scores.Sum(Math.Exp);

        var answer = await host.Classifier.ClassifyAsync(Cat, new() { Top = 100 }, TestContext.Current.CancellationToken);
        Assert.All(answer.Predictions, prediction => Assert.Equal(Math.Exp(scores[prediction.Index]) / sum, prediction.Probability, 1e-6));
    }

    [Fact]
    public async Task TheVectorIsTheAverageOfTheMap()
    {
        using var host = Host();
        var vector = await ExtractAsync(host, new());
        var map = await ExtractAsync(host, new() { Pooling = PoolingKind.None });

        Assert.Equal([7, 7, EfficientNetDense.Channels], map.Shape);
        Assert.Equal([EfficientNetDense.Channels], vector.Shape);
        Assert.Equal(Each(map, channel => channel.Average()), vector.Values.Select(value => (double)value), (one, other) => Math.Abs(one - other) < 1e-5);
    }

    [Fact]
    public async Task TheMaximumIsThatOfTheMap()
    {
        using var host = Host();
        var highest = await ExtractAsync(host, new() { Pooling = PoolingKind.Max });
        var map = await ExtractAsync(host, new() { Pooling = PoolingKind.None });

        Assert.Equal(Each(map, channel => channel.Max()), highest.Values.Select(value => (double)value));
    }

    [Theory]
    [InlineData(PoolingKind.Avg)]
    [InlineData(PoolingKind.Max)]
    public async Task ANormalisedVectorHasLengthOne(PoolingKind pooling)
    {
        using var host = Host();

        var vector = await ExtractAsync(host, new() { Pooling = pooling, Normalize = true });

        Assert.Equal(1, Math.Sqrt(vector.Values.Sum(value => (double)value * value)), 1e-6);
    }

    [Theory]
    [InlineData(null, PoolingKind.Avg, "tiny offers no features at all")]
    [InlineData("""{"vector": "more"}""", PoolingKind.Max, "tiny offers no features but pooling avg")]
    public async Task WhatTheManifestDoesNotNameIsNotOffered(string? features, PoolingKind pooling, string expected)
    {
        using var models = new TemporaryModels();
        var manifest = TemporaryModels.ValidManifest("tiny");
        manifest["output"]!["name"] = "scores";
        manifest["features"] = features is null ? null : JsonNode.Parse(features);
        var graph = new TinyGraph { Input = [0, 3, 8, 8], MeanAxes = [2, 3], Outputs = ["scores", "more"] };
        models.Add("tiny", manifest, """["red", "green", "blue"]""", graph.ToBytes());
        using var host = new ClassifierHost(models.Root, "tiny");

        var refusal = await Assert.ThrowsAsync<ClassifierException>(() => ExtractAsync(host, new() { Pooling = pooling }));

        Assert.Equal(ErrorKind.NotOffered, refusal.Kind);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWholeMapIsNotNormalised()
    {
        using var host = Host();

        await Assert.ThrowsAsync<ArgumentException>(() => ExtractAsync(host, new() { Pooling = PoolingKind.None, Normalize = true }));
    }

    private static ClassifierHost Host() => new(TestFiles.InRepository("models"), "efficientnet-lite0");

    private static Task<ImageFeatures> ExtractAsync(ClassifierHost host, FeatureRequest request) =>
        host.Classifier.ExtractFeaturesAsync(Cat, request, TestContext.Current.CancellationToken);

    private static IEnumerable<double> Each(ImageFeatures map, Func<IEnumerable<double>, double> pool) =>
        Enumerable.Range(0, map.Shape[2]).Select(channel => pool(map.Values.Where((_, index) => index % map.Shape[2] == channel).Select(value => (double)value)));
}
