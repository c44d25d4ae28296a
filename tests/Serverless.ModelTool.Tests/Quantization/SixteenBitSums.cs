namespace Serverless.ModelTool.Tests.Quantization;

/// <summary>
/// How a processor without VNNI adds the products of unsigned activations and signed weights: neighbours first, in 16 bits that saturate, as Intel's
/// manual describes VPMADDUBSW; then in 32 bits, as VPMADDWD.
/// </summary>
internal static class SixteenBitSums
{
    public static int Sum(ReadOnlySpan<byte> activations, ReadOnlySpan<sbyte> weights)
    {
        var sum = 0;
        for (var index = 0; index < activations.Length; index += 2)
        {
            var second = index + 1 < activations.Length ? activations[index + 1] * weights[index + 1] : 0;
            sum += Math.Clamp((activations[index] * weights[index]) + second, short.MinValue, short.MaxValue);
        }

        return sum;
    }

    /// <summary>The same without saturation.</summary>
    public static int Exact(ReadOnlySpan<byte> activations, ReadOnlySpan<sbyte> weights)
    {
        var sum = 0;
        for (var index = 0; index < activations.Length; index++)
        {
            sum += activations[index] * weights[index];
        }

        return sum;
    }

    /// <summary>
    /// Whether there is an order of the weights and an activation for which the sums differ: the largest two side by side, the smallest two side by side,
    /// and all activations that help the others dark.
    /// </summary>
    public static bool CanDiffer(ReadOnlySpan<sbyte> weights)
    {
        sbyte[] sorted = [.. weights];
        Array.Sort(sorted);
        sbyte[] down = [.. sorted.Reverse()];
        return new[] { sorted, down }.Any(order => new Func<sbyte, bool>[] { weight => weight > 0, weight => weight < 0 }.Any(lights =>
        {
            byte[] activations = [.. order.Select(weight => lights(weight) ? byte.MaxValue : (byte)0)];
            return Sum(activations, order) != Exact(activations, order);
        }));
    }
}
