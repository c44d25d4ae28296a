namespace Serverless.ModelTool.Quantization.Weights;

/// <summary>
/// A dense layer's weights in the layout of ONNX Runtime's <c>MatMulNBits</c>: for each output and each <see cref="BlockLength"/> inputs a float32 scale
/// and as many numbers of 4 or 8 bits, stored with an offset of half their range.
/// </summary>
/// <param name="Bits">4 or 8.</param>
/// <param name="Inputs">Inputs of the layer (K).</param>
/// <param name="Outputs">Outputs of the layer (N).</param>
/// <param name="Values">[N, blocks, bytes of a block]; of two numbers in a byte the first is the lower half.</param>
/// <param name="Scales">[N, blocks].</param>
internal sealed record BlockWeights(int Bits, int Inputs, int Outputs, byte[] Values, float[] Scales)
{
    /// <summary>Inputs that share a scale. Twice the usual 32: the layer is a sixth faster, and answers are as near to float32's.</summary>
    public const int BlockLength = 64;

    /// <summary>Blocks of an output; the last one may be padded with zeros.</summary>
    public int Blocks => BlocksOf(Inputs);

    /// <summary>Bytes of a block.</summary>
    public int BlockBytes => BlockLength * Bits / 8;

    private static int BlocksOf(int inputs) => (inputs + BlockLength - 1) / BlockLength;

    /// <summary>Quantizes a matrix.</summary>
    /// <param name="weights">[inputs, outputs], or [outputs, inputs] where <paramref name="isTransposed"/>.</param>
    /// <param name="inputs">K.</param>
    /// <param name="outputs">N.</param>
    /// <param name="isTransposed">Whether an output's weights lie together.</param>
    /// <param name="bits">4 or 8.</param>
    /// <param name="cancellation">Ends the work early.</param>
    public static BlockWeights Quantize(float[] weights, int inputs, int outputs, bool isTransposed, int bits, CancellationToken cancellation)
    {
        var blocks = BlocksOf(inputs);
        var result = new BlockWeights(bits, inputs, outputs, new byte[(long)outputs * blocks * BlockLength * bits / 8], new float[(long)outputs * blocks]);
        Parallel.For(0, blocks, new ParallelOptions { CancellationToken = cancellation }, block =>
        {
            Span<float> values = stackalloc float[BlockLength];
            var first = block * BlockLength;
            var count = Math.Min(BlockLength, inputs - first);
            for (var output = 0; output < outputs; output++)
            {
                values.Clear();
                for (var index = 0; index < count; index++)
                {
                    values[index] = isTransposed ? weights[((long)output * inputs) + first + index] : weights[((long)(first + index) * outputs) + output];
                }

                var place = ((long)output * blocks) + block;
                var bytes = result.Values.AsSpan((int)(place * result.BlockBytes), result.BlockBytes);
                result.Scales[place] = bits == 4 ? FourBits(values, bytes) : EightBits(values, bytes);
            }
        });
        return result;
    }

    /// <summary>-127 to 127 steps, as 1 to 255.</summary>
    private static float EightBits(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        const int Limit = 127, Zero = 128;
        var scale = Extreme(values) is var extreme ? Math.Abs(extreme) / Limit : 0;
        scale = float.IsNormal(scale) ? scale : 1;
        for (var index = 0; index < values.Length; index++)
        {
            bytes[index] = (byte)(Zero + Math.Clamp((int)MathF.Round(values[index] / scale), -Limit, Limit));
        }

        return scale;
    }

    /// <summary>-8 to 7 steps, as 0 to 15. The step's sign is free, so that the extreme can be the -8; its size is the one with the least squared error.</summary>
    private static float FourBits(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        const int Low = -8, High = 7, Candidates = 12;
        var extreme = Extreme(values);
        var (best, least) = (1f, double.PositiveInfinity);
        for (var candidate = 0; candidate < Candidates; candidate++)
        {
            var scale = extreme / (Low + (candidate * 0.2f) - 0.6f);
            if (!float.IsNormal(scale))
            {
                break;
            }

            var sum = 0.0;
            foreach (var value in values)
            {
                var error = value - (Math.Clamp(MathF.Round(value / scale), Low, High) * scale);
                sum += error * error;
            }

            if (sum < least)
            {
                (best, least) = (scale, sum);
            }
        }

        for (var index = 0; index < values.Length; index += 2)
        {
            bytes[index / 2] = (byte)(Level(values[index]) | (Level(values[index + 1]) << 4));
        }

        return best;

        int Level(float value) => (int)Math.Clamp(MathF.Round(value / best), Low, High) - Low;
    }

    /// <summary>The value farthest from 0.</summary>
    private static float Extreme(ReadOnlySpan<float> values)
    {
        var extreme = 0f;
        foreach (var value in values)
        {
            extreme = Math.Abs(value) > Math.Abs(extreme) ? value : extreme;
        }

        return extreme;
    }
}
