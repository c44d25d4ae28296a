namespace Serverless.ModelTool.Tests.Models;

/// <summary>What follows the last feature map in a network that ends in global average pooling, done slowly and plainly.</summary>
internal static class FeatureMaps
{
    /// <summary>The mean of each channel of a map, channels first.</summary>
    public static float[] Mean(float[] map, int channels) => [.. map.Chunk(map.Length / channels).Select(channel => (float)channel.Average(value => (double)value))];

    /// <summary>The softmax of <c>features x weights + bias</c>; weights are [features, classes].</summary>
    public static float[] SoftmaxOf(float[] features, float[] weights, float[] bias)
    {
        var scores = bias.Select((term, index) => term + features.Select((feature, row) => (double)feature * weights[(row * bias.Length) + index]).Sum()).ToArray();
        var exponentials = scores.Select(score => Math.Exp(score - scores.Max())).ToArray();
        return [.. exponentials.Select(value => (float)(value / exponentials.Sum()))];
    }
}
