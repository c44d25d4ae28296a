using System.Runtime.InteropServices;
using Serverless.ModelTool.Quantization.Graphs;

namespace Serverless.ModelTool.Quantization.Weights;

/// <summary>A convolution's weights as bytes, a scale for each output channel.</summary>
/// <param name="Layer">The convolution.</param>
/// <param name="Values">In the order of the float32 weights.</param>
/// <param name="Scales">One an output channel.</param>
/// <param name="Bias">float32, one an output channel, with what the rounding of the weights shifts on average taken out.</param>
internal sealed record QuantizedConvolution(Convolution Layer, sbyte[] Values, float[] Scales, float[] Bias)
{
    /// <summary>Sums and biases stay a factor of two away from the end of 32 bits.</summary>
    private const double MostBiasSteps = 1 << 30;

    /// <summary>Quantizes a convolution.</summary>
    /// <param name="layer">Which.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="bias">Its bias; null without.</param>
    /// <param name="inputMeans">The mean of each input channel, from pictures.</param>
    /// <param name="leastInputScale">The smallest scale that its input may get.</param>
    public static QuantizedConvolution Quantize(
        Convolution layer, float[] weights, float[]? bias, IReadOnlyList<double> inputMeans, float leastInputScale)
    {
        var outputs = (int)layer.Weights.Dims[0];
        var result = new QuantizedConvolution(layer, new sbyte[weights.Length], new float[outputs], bias?[..] ?? new float[outputs]);
        var length = weights.Length / outputs;
        Parallel.For(0, outputs, output =>
        {
            var channel = weights.AsSpan(output * length, length);
            var quantized = result.Values.AsSpan(output * length, length);
            result.Scales[output] = PairSafeWeights.Quantize(channel, quantized, (float)(Math.Abs(result.Bias[output]) / MostBiasSteps / leastInputScale));
            result.Bias[output] -= (float)Shift(channel, quantized, result.Scales[output], FirstInput(layer, output), (int)layer.Weights.Dims[1], inputMeans);
        });
        return result;
    }

    /// <summary>The bias in steps of the sums.</summary>
    public int[] BiasSteps(float inputScale) =>
        [.. Bias.Zip(Scales, (bias, scale) => (int)Math.Clamp(Math.Round(bias / ((double)inputScale * scale)), -MostBiasSteps, MostBiasSteps))];

    /// <summary>The weights as they are stored, with zeros for a channel that is padded.</summary>
    public byte[] Bytes()
    {
        var values = MemoryMarshal.AsBytes(Values.AsSpan());
        if (!Layer.PadsInput)
        {
            return values.ToArray();
        }

        var bytes = new byte[Layer.Shape.Aggregate(1L, (product, dimension) => product * dimension)];
        var (from, to) = (values.Length / Scales.Length, bytes.Length / Scales.Length);
        for (var output = 0; output < Scales.Length; output++)
        {
            values.Slice(output * from, from).CopyTo(bytes.AsSpan(output * to));
        }

        return bytes;
    }

    /// <summary>How much more an average input gives with the rounded weights. After Nagel et al., "Data-Free Quantization", 2019.</summary>
    private static double Shift(
        ReadOnlySpan<float> weights, ReadOnlySpan<sbyte> quantized, float scale, int firstInput, int inputs, IReadOnlyList<double> means)
    {
        var (sum, area) = (0.0, weights.Length / inputs);
        for (var index = 0; index < weights.Length; index++)
        {
            sum += ((quantized[index] * (double)scale) - weights[index]) * means[firstInput + (index / area)];
        }

        return sum;
    }

    /// <summary>The first input channel of an output channel's group.</summary>
    private static int FirstInput(Convolution layer, int output)
    {
        var groups = layer.Node.Attribute.FirstOrDefault(attribute => attribute.Name == "group")?.I ?? 1;
        return (int)(output / (layer.Weights.Dims[0] / groups) * layer.Weights.Dims[1]);
    }
}
