using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Inference.Graphs;

/// <summary>Tensors inside a graph are given out without a change of its file, and without a change of its answers.</summary>
public class GraphOutputsTests
{
    private const string Map = "/_swish_1/Clip_output_0";
    private const string Weights = "n._fc.weight";
    private static readonly byte[] EfficientNet = File.ReadAllBytes(TestFiles.InRepository("models", "efficientnet-lite0", "model.onnx"));

    [Fact]
    public void AGraphThatGivesEverythingOutStaysTheVeryArray() =>
        Assert.Same(EfficientNet, GraphOutputs.Add(EfficientNet, ["features", "probabilities"]));

    [Fact]
    public void TheFileStaysAsItIsAndOnlyNamesFollow()
    {
        var more = GraphOutputs.Add(EfficientNet, [Map, "features", Weights]);

        Assert.Equal(EfficientNet, more[..EfficientNet.Length]);
        Assert.InRange(more.Length - EfficientNet.Length, Map.Length + Weights.Length, Map.Length + Weights.Length + 20);
    }

    [Fact]
    public void OnnxRuntimeGivesThemOutWithTheirShapes()
    {
        using var session = new InferenceSession(GraphOutputs.Add(EfficientNet, [Map, Weights]));

        Assert.Equal([-1, 1280, 7, 7], session.OutputMetadata[Map].Dimensions);
        Assert.Equal([1000, 1280], session.OutputMetadata[Weights].Dimensions);
    }

    [Fact]
    public void ProbabilitiesStayTheSameToTheBit()
    {
        using var session = ModelSession.Load(new ModelStore(TestFiles.InRepository("models")).Open("efficientnet-lite0"), InferenceDevice.Cpu);
        using var plain = new InferenceSession(EfficientNet);
        var random = new Random(5);
        var image = Enumerable.Range(0, session.TensorLength).Select(_ => (random.NextSingle() * 2) - 1).ToArray();

        using var input = OrtValue.CreateTensorValueFromMemory(image, [1, 3, 224, 224]);
        using var options = new RunOptions();
        using var outputs = plain.Run(options, ["image"], [input], ["probabilities"]);

        Assert.Equal(outputs[0].GetTensorDataAsSpan<float>().ToArray(), session.Run(image, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("3A")]
    [InlineData("3A0562")]
    [InlineData("FFFFFFFFFFFFFFFFFFFF")]
    public void WhatIsNoGraphIsLeftToOnnxRuntimeToRefuse(string bytes) =>
        Assert.StartsWith(bytes, Convert.ToHexString(GraphOutputs.Add(Convert.FromHexString(bytes), ["a"])), StringComparison.Ordinal);
}
