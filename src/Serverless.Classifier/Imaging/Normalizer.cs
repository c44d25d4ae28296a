using Serverless.Classifier.Models;

namespace Serverless.Classifier.Imaging;

/// <summary>
/// 8-bit pixels to float32: <c>((x / scale) - mean) / std</c>, every step rounded to float32 as NumPy does it on float32 arrays. A pixel
/// has 256 values, so each channel's results are a table.
/// </summary>
internal static class Normalizer
{
    private const int Levels = 256;

    /// <summary>Fills the tensor of one image.</summary>
    /// <param name="rgb">Rows, columns, RGB.</param>
    /// <param name="input">Order of the channels, scale, mean and std.</param>
    /// <param name="layout">Order of the axes.</param>
    /// <param name="tensor">As many values as <paramref name="rgb"/>.</param>
    public static void Normalize(ReadOnlySpan<byte> rgb, ModelInput input, TensorLayout layout, Span<float> tensor)
    {
        Span<float> tables = stackalloc float[3 * Levels];
        var plane = rgb.Length / 3;
        for (var channel = 0; channel < 3; channel++)
        {
            var table = tables.Slice(channel * Levels, Levels);
            FillTable(table, input.Scale, input.Mean[channel], input.Std[channel]);
            var from = input.Channels == ChannelOrder.Rgb ? channel : 2 - channel;
            var (to, step) = layout == TensorLayout.Nchw ? (channel * plane, 1) : (channel, 3);
            for (; from < rgb.Length; from += 3, to += step)
                tensor[to] = table[rgb[from]];
        }
    }

    private static void FillTable(Span<float> table, float scale, float mean, float std)
    {
        for (var level = 0; level < table.Length; level++)
        {
            // Assigned one by one: each of the three results is rounded to float32 before the next is computed.
            var scaled = level / scale;
            var centred = scaled - mean;
            table[level] = centred / std;
        }
    }
}
