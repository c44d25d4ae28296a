using System.Numerics.Tensors;
using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Explanation;

/// <summary>
/// The class activation map. A network that averages its last feature map and ends in one dense layer gives class c the score
/// <c>b[c] + sum_k w[k,c] * mean_xy f[k,x,y]</c>, which is <c>b[c] + mean_xy M[c,x,y]</c> with <c>M[c,x,y] = sum_k w[k,c] * f[k,x,y]</c>: the map says
/// exactly which share of the score comes from where.
/// </summary>
internal static class ClassActivation
{
    /// <summary>The map of one class.</summary>
    /// <param name="map">The last feature map, [channels, rows, columns].</param>
    /// <param name="weights">The dense layer's, [channels, classes] or [classes, channels]; null where the map has a channel a class.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="index">The class.</param>
    /// <returns>rows x columns values.</returns>
    public static float[] Map(OutputTensor map, OutputTensor? weights, int classes, int index)
    {
        var (channels, cells) = (map.Shape[0], map.Shape[1] * map.Shape[2]);
        if (weights is null)
        {
            return map.Values[(index * cells)..((index + 1) * cells)];
        }

        var (first, step) = weights.Shape[0] == channels && weights.Shape[1] == classes ? (index, classes) : (index * channels, 1);
        var sums = new float[cells];
        for (var channel = 0; channel < channels; channel++)
        {
            TensorPrimitives.MultiplyAdd(map.Values.AsSpan(channel * cells, cells), weights.Values[first + (channel * step)], sums, sums);
        }

        return sums;
    }

    /// <summary>
    /// Whether a map without weights is one of class scores: a channel a class, whose averages are what the network answers, or become it by softmax.
    /// </summary>
    /// <param name="map">The last feature map, [channels, rows, columns].</param>
    /// <param name="probabilities">What the network answered.</param>
    public static bool IsOfScores(OutputTensor map, ReadOnlySpan<float> probabilities)
    {
        const float Float16Rounding = 5e-3f;
        if (map.Shape[0] != probabilities.Length)
        {
            return false;
        }

        var averages = Features.Pooling.Average(map);
        Ranking.TopK.Softmax(averages);
        return TensorPrimitives.Distance<float>(averages, probabilities) < Float16Rounding;
    }
}
