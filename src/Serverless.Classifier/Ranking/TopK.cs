using System.Numerics.Tensors;

namespace Serverless.Classifier.Ranking;

/// <summary>Which classes are the most probable.</summary>
internal static class TopK
{
    /// <summary>
    /// Indices of the <paramref name="k"/> highest values, highest first; of equal values the higher index first, as NumPy's
    /// <c>argsort()[-k:][::-1]</c> in Keras's <c>decode_predictions</c>.
    /// </summary>
    public static int[] Indices(ReadOnlySpan<float> values, int k)
    {
        k = Math.Min(k, values.Length);
        var best = new int[k];
        var count = 0;
        for (var candidate = 0; candidate < values.Length; candidate++)
        {
            if (count == k && values[candidate] < values[best[k - 1]])
            {
                continue;
            }

            // Insertion into the short sorted list; a later index passes its equals.
            var place = count < k ? count++ : k - 1;
            while (place > 0 && values[candidate] >= values[best[place - 1]])
            {
                best[place] = best[place - 1];
                place--;
            }

            best[place] = candidate;
        }

        return best;
    }

    /// <summary>The place of one value in that order, from 1.</summary>
    public static int RankOf(ReadOnlySpan<float> values, int index)
    {
        var rank = 1;
        for (var other = 0; other < values.Length; other++)
        {
            if (values[other] > values[index] || (values[other] == values[index] && other > index))
            {
                rank++;
            }
        }

        return rank;
    }

    /// <summary>Replaces scores by probabilities: <c>exp(x - max) / sum</c>, summed in double.</summary>
    public static void Softmax(Span<float> scores)
    {
        var max = TensorPrimitives.Max<float>(scores);
        var sum = 0.0;
        foreach (ref var score in scores)
        {
            score = MathF.Exp(score - max);
            sum += score;
        }

        foreach (ref var score in scores)
        {
            score = (float)(score / sum);
        }
    }
}
