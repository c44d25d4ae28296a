using System.Text.Json;
using Serverless.ModelTool.Keras.Reading;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Tests.Keras;

/// <summary>
/// What arithmetic on tensors leaves in a topology: Keras 3's operations, and Keras 2's wrapped TensorFlow functions (<c>keras/src/layers/core/tf_op_layer.py</c>).
/// </summary>
public sealed class OperationTests
{
    [Theory]
    [InlineData("TrueDivide", 127.5, new[] { 1 / 127.5 }, new[] { 0.0 })]
    [InlineData("Subtract", 1, new[] { 1.0 }, new[] { -1.0 })]
    [InlineData("Add", 2, new[] { 1.0 }, new[] { 2.0 })]
    [InlineData("Multiply", 3, new[] { 3.0 }, new[] { 0.0 })]
    public void AnOperationOfKeras3WithANumberIsAffine(string className, double number, double[] scale, double[] shift) =>
        AssertAffine(scale, shift, Read(className, "{}", $$$"""{"args": [{{{Tensor}}}, {{{Text(number)}}}], "kwargs": {}}"""));

    [Fact]
    public void ANumberBeforeTheTensorIsSubtractedFrom() =>
        AssertAffine([-1], [255], Read("Subtract", "{}", $$$"""{"args": [255, {{{Tensor}}}], "kwargs": {}}"""));

    [Fact]
    public void ATensorOfNumbersHasOneAChannel() => AssertAffine(
        [1, 1, 1],
        [-1, -2, -3],
        Read("Add", "{}", $$$"""{"args": [{{{Tensor}}}, {"class_name": "__tensor__", "config": {"value": [[[[-1, -2, -3]]]], "dtype": "float32"}}], "kwargs": {}}"""));

    [Theory]
    [InlineData("math.truediv", """{"y": 127.5, "name": null}""", new[] { 1 / 127.5 }, new[] { 0.0 })]
    [InlineData("math.subtract", """{"y": 1.0, "name": null}""", new[] { 1.0 }, new[] { -1.0 })]
    [InlineData("nn.bias_add", """{"bias": [-103.5, -116.5, -123.5], "data_format": "channels_last"}""", new[] { 1.0 }, new[] { -103.5, -116.5, -123.5 })]
    public void AFunctionOfKeras2WithNumbersIsAffine(string function, string arguments, double[] scale, double[] shift) =>
        AssertAffine(scale, shift, Read("TFOpLambda", $$"""{"function": "{{function}}"}""", $$"""["input_1", 0, 0, {{arguments}}]"""));

    [Fact]
    public void OneChannelOfKeras3() => Assert.Equal(
        new OneChannel(2), Read("GetItem", "{}", $$$"""{"args": [{{{Tensor}}}, [{"class_name": "__ellipsis__", "config": {}}, 2]], "kwargs": {}}"""));

    [Fact]
    public void TheReverseOrderOfKeras2() => Assert.Equal(
        new ReverseChannels(),
        Read(
            "SlicingOpLambda",
            """{"function": "__operators__.getitem"}""",
            """["input_1", 0, 0, {"slice_spec": [{"class_name": "__ellipsis__"}, {"start": null, "stop": null, "step": -1}]}]"""));

    [Theory]
    [InlineData("""[{"class_name": "__ellipsis__", "config": {}}, {"start": 1, "stop": null, "step": 1}]""")]
    [InlineData("""[0, 1]""")]
    [InlineData("""7""")]
    public void AnotherPartIsRefused(string key)
    {
        var refusal = Assert.Throws<ModelToolException>(() => Read("GetItem", "{}", $$$"""{"args": [{{{Tensor}}}, {{{key}}}], "kwargs": {}}"""));

        Assert.Contains("only one channel (x[..., 0]) and the reverse order (x[..., ::-1]) are known", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADivisionByZeroIsRefused() =>
        Assert.Throws<ModelToolException>(() => Read("TrueDivide", "{}", $$$"""{"args": [{{{Tensor}}}, 0], "kwargs": {}}"""));

    private static string Tensor => """{"class_name": "__keras_tensor__", "config": {"shape": [null, 8, 8, 3], "dtype": "float32", "keras_history": ["input_1", 0, 0]}}""";

    private static string Text(double number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Layer Read(string className, string config, string node)
    {
        var layer = new LayerConfig(className, "operation", JsonDocument.Parse(config).RootElement, kerasVersion: 3);
        return LayerReader.Read(layer, Assert.Single(Call.ReadAll(layer, JsonDocument.Parse($"[{node}]").RootElement)));
    }

    private static void AssertAffine(double[] scale, double[] shift, Layer layer)
    {
        var affine = Assert.IsType<Affine>(layer);
        Assert.Equal(scale.Max(), affine.Scale.Max());
        Assert.Equal(shift, affine.Shift);
    }
}
