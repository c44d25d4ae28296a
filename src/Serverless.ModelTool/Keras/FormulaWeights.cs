using System.Text;
using Serverless.ModelTool.Architectures;

namespace Serverless.ModelTool.Keras;

/// <summary>
/// Weights from a formula, so that a network of full size can be had without a download and be proven equal to Keras's: the same
/// formula was computed with NumPy and given to Keras (<c>tests/fixtures/keras/README.md</c>).
/// </summary>
/// <remarks>
/// The key of a tensor is FNV-1a 64 of <c>seed/layer/tensor</c>. Its element i is output i of splitmix64 started at the key; the upper 40 bits become a
/// float32 r in [-1, 1). Kernels are r times He's bound <c>sqrt(6 / fan-in)</c> times a gain, biases 0.1 r.
/// </remarks>
internal sealed class FormulaWeights(Architecture architecture, ulong seed) : IKerasWeights
{
    /// <summary>The last layer's gain: with 1 the softmax would give one class everything.</summary>
    private const double HeadGain = 0.02;

    private readonly Dictionary<string, (int[] Kernel, double Gain)> _layers = Shapes(architecture);

    public (KerasTensor Kernel, KerasTensor Bias) KernelAndBias(string layer)
    {
        var (shape, gain) = _layers[layer];
        var fanIn = shape[..^1].Aggregate(1L, (product, dimension) => product * dimension);
        return (
            new FormulaTensor($"{layer}/kernel", shape, Key($"{seed}/{layer}/kernel"), (float)(gain * Math.Sqrt(6.0 / fanIn))),
            new FormulaTensor($"{layer}/bias", [shape[^1]], Key($"{seed}/{layer}/bias"), 0.1f));
    }

    private static Dictionary<string, (int[] Kernel, double Gain)> Shapes(Architecture architecture)
    {
        Dictionary<string, (int[] Kernel, double Gain)> shapes = [];
        var (height, width, channels) = (architecture.Input.Height, architecture.Input.Width, Architecture.ImageChannels);
        foreach (var layer in architecture.Layers)
        {
            switch (layer)
            {
                case Convolution convolution:
                    shapes.Add(layer.Name, ([convolution.Kernel, convolution.Kernel, channels, convolution.Filters], 1));
                    channels = convolution.Filters;
                    break;
                case MaxPool pool:
                    (height, width) = (height / pool.Window, width / pool.Window);
                    break;
                case Flatten:
                    (height, width, channels) = (1, 1, height * width * channels);
                    break;
                case Dense dense:
                    shapes.Add(layer.Name, ([channels, dense.Units], layer == architecture.Layers[^1] ? HeadGain : 1));
                    channels = dense.Units;
                    break;
            }
        }

        return shapes;
    }

    /// <summary>FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).</summary>
    private static ulong Key(string text) =>
        Encoding.UTF8.GetBytes(text).Aggregate(0xCBF29CE484222325, (hash, octet) => (hash ^ octet) * 0x100000001B3);

    private sealed class FormulaTensor(string name, int[] shape, ulong key, float factor) : KerasTensor(name, shape)
    {
        public override int MaxReaders => Environment.ProcessorCount;

        public override void ReadRows(int first, Memory<float> destination)
        {
            // The state before element i is key + i * increment, so a range starts anywhere.
            var state = key + ((ulong)first * (ulong)RowLength * SplitMixIncrement);
            foreach (ref var value in destination.Span)
            {
                state += SplitMixIncrement;
                value = factor * Uniform(state);
            }
        }

        private const ulong SplitMixIncrement = 0x9E3779B97F4A7C15;

        /// <summary>splitmix64's output for a state (https://prng.di.unimi.it/splitmix64.c) as a float32 in [-1, 1), exact.</summary>
        private static float Uniform(ulong state)
        {
            var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            return ((int)(z >> 40) - (1 << 23)) * (1f / (1 << 23));
        }
    }
}
