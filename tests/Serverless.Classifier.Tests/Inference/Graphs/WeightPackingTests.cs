using Serverless.Classifier.Inference.Graphs;

namespace Serverless.Classifier.Tests.Inference.Graphs;

public class WeightPackingTests
{
    /// <summary>PyTorch's exporter keeps a dense layer's weights as (outputs, inputs).</summary>
    [Fact]
    public void ATransposedDenseLayerIsPacked() => Assert.True(WeightPacking.Pays(File.ReadAllBytes(TestFiles.InRepository("models", "efficientnet-lite0", "model.onnx"))));

    /// <summary>Our converter writes (inputs, outputs).</summary>
    [Fact]
    public void WhatTheConverterWroteIsMappedAsItIs() => Assert.False(WeightPacking.Pays(File.ReadAllBytes(TestFiles.InRepository("models", "vgg16-cifar10", "model.onnx"))));

    [Theory]
    [InlineData("QLinearConv")]
    [InlineData("DequantizeLinear")]
    [InlineData("MatMulNBits")]
    [InlineData("SomethingNew")]
    public void AnythingElseIsLeftToOnnxRuntime(string operation) => Assert.True(WeightPacking.Pays(Graph(node => node.Text(4, operation))));

    [Fact]
    public void ADenseLayerThatSaysItIsNotTransposedIsNotPacked() => Assert.False(WeightPacking.Pays(Graph(node =>
    {
        node.Text(4, "Gemm");
        node.Nested(5, attribute =>
        {
            attribute.Text(1, "transB");
            attribute.Number(3, 0);
        });
        node.Nested(5, attribute =>
        {
            attribute.Text(1, "transA");
            attribute.Number(3, 1);
        });
    })));

    private static byte[] Graph(Action<Protobuf> node) => Protobuf.Message(model => model.Nested(7, graph => graph.Nested(1, node)));
}
