using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Tests.Inference;

public sealed class QuantizedGraphTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("QLinearConv", true)]
    [InlineData("QuantizeLinear", true)]
    [InlineData("Conv", false)]
    [InlineData("MatMulNBits", false)]
    public void AGraphOfIntegersIsToldByItsNodes(string lastOperator, bool expected)
    {
        var graph = Graph("Relu", lastOperator);
        var path = Path.Combine(_folder.Path, "model.onnx");
        File.WriteAllBytes(path, graph);

        Assert.Equal((expected, expected), (QuantizedGraph.IsIn(graph), QuantizedGraph.IsIn(path)));
    }

    [Theory]
    [InlineData("efficientnet-lite0")]
    [InlineData("vgg16-cifar10")]
    public void TheCommittedNetworksComputeInFloatingPoint(string name) =>
        Assert.False(QuantizedGraph.IsIn(TestFiles.InRepository("models", name, "model.onnx")));

    [Fact]
    public void AFileThatIsCutOffAtAnyByteIsReadAsFarAsItGoes()
    {
        var graph = Graph("QLinearConv", "Relu");

        Assert.All(Enumerable.Range(0, graph.Length), length => Assert.False(QuantizedGraph.IsIn(graph.AsSpan(0, length))));
    }

    [Fact]
    public void WhatIsNotThereOrEmptyIsNoGraphOfIntegers()
    {
        var empty = Path.Combine(_folder.Path, "empty");
        File.WriteAllBytes(empty, []);

        Assert.False(QuantizedGraph.IsIn(empty));
        Assert.False(QuantizedGraph.IsIn(Path.Combine(_folder.Path, "absent")));
    }

    private static byte[] Graph(params string[] operators) => Protobuf.Message(model =>
    {
        model.Number(1, 8); // ir_version
        model.Nested(7, graph => Array.ForEach(operators, name => graph.Nested(1, node =>
        {
            node.Text(1, "QLinearConv"); // an input of that name is no operator
            node.Text(4, name);
        })));
    });
}
