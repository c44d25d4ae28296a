using Serverless.Classifier.Inference.Graphs;

namespace Serverless.Classifier.Tests.Inference.Graphs;

public class IntegerArithmeticTests
{
    [Theory]
    [InlineData("QLinearConv", true)]
    [InlineData("QuantizeLinear", true)]
    [InlineData("Conv", false)]
    [InlineData("MatMulNBits", false)]
    public void AGraphOfIntegersIsToldByItsNodes(string lastOperator, bool expected) =>
        Assert.Equal(expected, IntegerArithmetic.IsIn(Graph("Relu", lastOperator)));

    [Theory]
    [InlineData("efficientnet-lite0")]
    [InlineData("vgg16-cifar10")]
    public void TheCommittedNetworksComputeInFloatingPoint(string name) =>
        Assert.False(IntegerArithmetic.IsIn(File.ReadAllBytes(TestFiles.InRepository("models", name, "model.onnx"))));

    [Fact]
    public void AFileThatIsCutOffAtAnyByteIsReadAsFarAsItGoes()
    {
        var graph = Graph("QLinearConv", "Relu");

        Assert.True(IntegerArithmetic.IsIn(graph));
        Assert.All(Enumerable.Range(0, graph.Length), length => Assert.False(IntegerArithmetic.IsIn(graph.AsSpan(0, length))));
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
