using Serverless.ModelTool.Quantization.Weights;

namespace Serverless.ModelTool.Tests.Quantization.Weights;

public sealed class PairSafeWeightsTests
{
    private readonly Random _random = new(7);

    [Fact]
    public void PlainBytesSaturateWhereEveryWeightIsLargest()
    {
        byte[] activations = [.. Enumerable.Repeat(byte.MaxValue, 64)];
        sbyte[] plain = [.. Enumerable.Repeat((sbyte)127, 64)];
        var (scale, weights) = Quantize([.. Enumerable.Repeat(0.5f, 64)]);

        // What a step of the output is worth, so that the right answer is 200.
        var step = SixteenBitSums.Exact(activations, plain) / 200.0;
        Assert.Equal(101, Math.Round(SixteenBitSums.Sum(activations, plain) / step));
        Assert.Equal(200, Math.Round(SixteenBitSums.Sum(activations, weights) / step * scale / (0.5 / 127)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(27)]
    [InlineData(576)]
    public void NoOrderOfRandomWeightsCanSaturate(int length)
    {
        for (var round = 0; round < 200; round++)
        {
            // From bell-shaped to a few large ones among many small ones, either sign or both.
            var power = 1 + (round % 5);
            float[] weights = [.. Enumerable.Range(0, length).Select(_ => MathF.Pow((_random.NextSingle() * 2) - 1, power) + (round % 3 * 0.1f))];

            var (_, quantized) = Quantize(weights);

            Assert.False(SixteenBitSums.CanDiffer(quantized), string.Join(' ', quantized));
            Assert.False(PairSafeWeights.CanSaturate(quantized));
        }
    }

    [Fact]
    public void WhatIsCalledSafeIsWhatTheSlowTwinCallsSafe()
    {
        for (var round = 0; round < 2000; round++)
        {
            sbyte[] weights = [.. Enumerable.Range(0, 2 + (round % 5)).Select(_ => (sbyte)_random.Next(-127, 128))];

            Assert.Equal(SixteenBitSums.CanDiffer(weights), PairSafeWeights.CanSaturate(weights));
        }
    }

    [Fact]
    public void TheErrorIsAboutThatOfSevenBitsAtMost()
    {
        float[] weights = [.. Enumerable.Range(0, 576).Select(_ => (_random.NextSingle() * 2) - 1)];

        var (scale, quantized) = Quantize(weights);

        var sevenBits = weights.Max(Math.Abs) / 64;
        var ofSevenBits = Error(weights, [.. weights.Select(weight => (sbyte)MathF.Round(weight / sevenBits))], sevenBits);
        Assert.InRange(Error(weights, quantized, scale) / ofSevenBits, 0, 1.02);
    }

    [Fact]
    public void OneLargeWeightAmongSmallOnesKeepsEightBits()
    {
        var (scale, quantized) = Quantize([1, 0.001f, -0.002f, 0.003f]);

        Assert.Equal(127, quantized[0]);
        Assert.Equal(1, scale * quantized[0], 1e-3);
    }

    [Fact]
    public void AChannelOfZerosIsZeros()
    {
        var (scale, quantized) = Quantize(new float[9]);

        Assert.True(scale > 0);
        Assert.All(quantized, value => Assert.Equal(0, value));
    }

    [Fact]
    public void AScaleIsNoFinerThanABiasAllows()
    {
        var quantized = new sbyte[4];

        Assert.Equal(0.5f, PairSafeWeights.Quantize([0.4f, -0.3f, 0.1f, 1.2f], quantized, leastScale: 0.5f));
        Assert.Equal([1, -1, 0, 2], quantized);
    }

    private static (float Scale, sbyte[] Quantized) Quantize(float[] weights)
    {
        var quantized = new sbyte[weights.Length];
        return (PairSafeWeights.Quantize(weights, quantized), quantized);
    }

    private static double Error(float[] weights, sbyte[] quantized, float scale) => weights.Zip(quantized, (weight, value) => Math.Pow(weight - (value * scale), 2)).Sum();
}
