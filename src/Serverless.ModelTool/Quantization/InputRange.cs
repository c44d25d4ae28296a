using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Quantization;

/// <summary>The numbers that a picture can be for a network.</summary>
internal static class InputRange
{
    /// <summary>The lowest and the highest over all channels.</summary>
    public static (float Min, float Max) Of(ModelInput input)
    {
        float[] ends = [.. input.Mean.Zip(input.Std).SelectMany(channel => new[] { 0f, byte.MaxValue }.Select(value => ((value / input.Scale) - channel.First) / channel.Second))];
        return (ends.Min(), ends.Max());
    }
}
