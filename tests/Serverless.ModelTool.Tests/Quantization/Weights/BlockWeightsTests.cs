using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Serverless.ModelTool.Quantization.Weights;

namespace Serverless.ModelTool.Tests.Quantization.Weights;

public sealed class BlockWeightsTests
{
    private const int Inputs = 80, Outputs = 5;
    private readonly Random _random = new(3);
    private readonly float[] _weights;

    public BlockWeightsTests() => _weights = [.. Enumerable.Range(0, Inputs * Outputs).Select(_ => MathF.Pow((_random.NextSingle() * 2) - 1, 3))];

    [Theory]
    [InlineData(4, true)]
    [InlineData(4, false)]
    [InlineData(8, true)]
    [InlineData(8, false)]
    public void EachWeightIsWithinHalfAStepUnlessItIsClipped(int bits, bool isTransposed)
    {
        var blocks = Quantize(bits, isTransposed);
        var largest = 1 << (bits - 1);

        for (var output = 0; output < Outputs; output++)
        {
            for (var input = 0; input < Inputs; input++)
            {
                var (step, scale) = Slow(blocks, output, input);
                var error = Math.Abs(WeightOf(output, input, isTransposed) - (step * scale));
                var isAtAnEnd = step == -largest || step == largest - 1;
                Assert.True(error <= Math.Abs(scale) * (isAtAnEnd ? 2 : 0.5001f), $"{output}, {input}: {error} of {scale}");
            }
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void OnnxRuntimeReadsThemAsTheSlowTwinDoes(int bits)
    {
        var blocks = Quantize(bits, isTransposed: true);
        // With float32 activations, so that nothing but the weights is rounded.
        using var session = new InferenceSession(SmallGraphs.Dense(blocks, accuracyLevel: 0).ToByteArray());
        float[] image = [.. Enumerable.Range(0, Inputs).Select(_ => _random.NextSingle())];

        var answer = session.RunOnImage(new([1, Inputs], image));

        Assert.All(answer.Index(), item =>
        {
            var expected = image.Select((value, input) => Slow(blocks, item.Index, input) is var (step, scale) ? value * (double)step * scale : 0).Sum();
            Assert.Equal(expected, item.Item, 1e-4);
        });
    }

    [Fact]
    public void EightBitsAreNearerThanFour() => Assert.True(Error(8) < Error(4) / 50);

    private BlockWeights Quantize(int bits, bool isTransposed) =>
        BlockWeights.Quantize(_weights, Inputs, Outputs, isTransposed, bits, TestContext.Current.CancellationToken);

    private double Error(int bits)
    {
        var blocks = Quantize(bits, isTransposed: true);
        return (from output in Enumerable.Range(0, Outputs)
                from input in Enumerable.Range(0, Inputs)
                let value = Slow(blocks, output, input)
                select Math.Pow(WeightOf(output, input, isTransposed: true) - (value.Step * value.Scale), 2)).Sum();
    }

    private float WeightOf(int output, int input, bool isTransposed) => _weights[isTransposed ? (output * Inputs) + input : (input * Outputs) + output];

    /// <summary>One weight as the operator's description says (onnxruntime/docs/ContribOperators.md, com.microsoft.MatMulNBits).</summary>
    private static (int Step, float Scale) Slow(BlockWeights blocks, int output, int input)
    {
        const int Length = BlockWeights.BlockLength;
        var block = (output * ((Inputs + Length - 1) / Length)) + (input / Length);
        var within = input % Length;
        var value = blocks.Bits == 8
            ? blocks.Values[(block * Length) + within]
            : (blocks.Values[(block * Length / 2) + (within / 2)] >> (within % 2 * 4)) & 15;
        return (value - (1 << (blocks.Bits - 1)), blocks.Scales[block]);
    }
}
