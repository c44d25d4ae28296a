using System.Numerics.Tensors;
using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Features;

/// <summary>How a feature map becomes features, as Keras's <c>pooling</c> of networks without their top.</summary>
public enum PoolingKind
{
    /// <summary>The average of each channel.</summary>
    Avg,

    /// <summary>The highest value of each channel.</summary>
    Max,

    /// <summary>The whole map.</summary>
    None,
}

/// <summary>The arithmetic of pooling.</summary>
internal static class Pooling
{
    /// <summary>Global average pooling: the mean of each channel of a map [channels, rows, columns].</summary>
    public static float[] Average(OutputTensor map) => Channels(map, plane => TensorPrimitives.Sum(plane) / plane.Length);

    /// <summary>Global maximum pooling.</summary>
    public static float[] Max(OutputTensor map) => Channels(map, TensorPrimitives.Max);

    /// <summary>A map [channels, rows, columns] in Keras's order: rows, columns, channels.</summary>
    public static float[] ChannelsLast(OutputTensor map)
    {
        var (channels, cells) = (map.Shape[0], map.Shape[1] * map.Shape[2]);
        var values = new float[map.Values.Length];
        for (var cell = 0; cell < cells; cell++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                values[(cell * channels) + channel] = map.Values[(channel * cells) + cell];
            }
        }

        return values;
    }

    /// <summary>Divides a vector by its Euclidean length, so that a product of two is their cosine; a vector of zeros stays.</summary>
    public static void Normalize(Span<float> vector)
    {
        var length = TensorPrimitives.Norm<float>(vector);
        if (length > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }
    }

    private delegate float Pool(ReadOnlySpan<float> plane);

    private static float[] Channels(OutputTensor map, Pool pool)
    {
        var cells = map.Shape[1] * map.Shape[2];
        var pooled = new float[map.Shape[0]];
        for (var channel = 0; channel < pooled.Length; channel++)
        {
            pooled[channel] = pool(map.Values.AsSpan(channel * cells, cells));
        }

        return pooled;
    }
}
