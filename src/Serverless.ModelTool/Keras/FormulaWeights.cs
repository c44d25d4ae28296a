using System.Text;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Keras;

/// <summary>
/// Weights from a formula, so that a network of full size can be had without a download and be proven equal to Keras's: the same
/// formula was computed with NumPy and given to Keras (<c>tests/fixtures/keras/README.md</c>).
/// </summary>
/// <remarks>
/// The key of a tensor is FNV-1a 64 of <c>seed/layer/tensor</c>. Its element i is output i of splitmix64 started at the key; the upper 40 bits become a
/// float32 r in [-1, 1). Kernels are r times He's bound <c>sqrt(6 / fan-in)</c> times a gain, gammas 1 + 0.25 r, variances 1 + 0.5 r, all else 0.1 r.
/// </remarks>
internal sealed class FormulaWeights(Architecture architecture, ulong seed) : IKerasWeights
{
    private const string Head = "predictions";

    public IReadOnlyList<KerasTensor> Of(LayerAddress layer, IReadOnlyList<WantedTensor> wanted) =>
        [.. wanted.Select(want => new FormulaTensor($"{layer}/{want.Name}", want.Shape, Key($"{seed}/{layer}/{want.Name}"), Range(layer, want)))];

    private (float Centre, float Reach) Range(LayerAddress layer, WantedTensor want)
    {
        var fanIn = want.Shape.SkipLast(1).Aggregate(1L, (product, dimension) => product * dimension);
        return want.Name switch
        {
            "kernel" => (0, (float)((layer.Name == Head ? architecture.HeadGain : 1) * Math.Sqrt(6.0 / fanIn))),
            "gamma" => (1, 0.25f),
            "moving_variance" => (1, 0.5f),
            _ => (0, 0.1f),
        };
    }

    /// <summary>FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).</summary>
    private static ulong Key(string text) =>
        Encoding.UTF8.GetBytes(text).Aggregate(0xCBF29CE484222325, (hash, octet) => (hash ^ octet) * 0x100000001B3);

    private sealed class FormulaTensor(string name, IReadOnlyList<int> shape, ulong key, (float Centre, float Reach) range) : KerasTensor(name, shape)
    {
        public override int MaxReaders => Environment.ProcessorCount;

        public override void ReadRows(int first, Memory<float> destination)
        {
            // The state before element i is key + i * increment, so a range starts anywhere.
            var state = key + ((ulong)first * (ulong)RowLength * SplitMixIncrement);
            foreach (ref var value in destination.Span)
            {
                state += SplitMixIncrement;
                value = range.Centre + (range.Reach * Uniform(state));
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
