using Serverless.ModelTool.Conversion.Weights;

namespace Serverless.ModelTool.Conversion.Passes;

/// <summary>
/// A multiplication and addition per channel, as a batch normalisation is when it predicts, goes into the kernel and bias of the layer before it: an image pays
/// nothing for it. Computed in double, rounded once.
/// </summary>
internal static class AffineFolding
{
    public static Node Run(Node output)
    {
        var isUsedOnce = Rewriting.UsedOnce(output);
        return Rewriting.Rewrite(output, node =>
            node.Coefficients is not { } next || !isUsedOnce(node.Inputs[0]) ? node
            : node.Inputs[0] is { Coefficients: { } first } before ? Joined(before, node, first.Then(next))
            : node.Inputs[0].HasKernel ? Folded(node.Inputs[0], next.For(node.Shape.Channels))
            : node);
    }

    private static Node Joined(Node before, Node node, PerChannel both) => new(Node.AffineOp, node.Name, before.Inputs, node.Shape)
    {
        Coefficients = both,
        ChannelsFirstOf = node.ChannelsFirstOf,
    };

    private static Node Folded(Node layer, PerChannel next)
    {
        var bias = layer.Parameters.Count > 1 ? ((ComputedTensor)layer.Parameters[1]).Values : new float[next.Shift.Length];
        float[] shifted = [.. next.Shift.Zip(next.Scale, bias).Select(channel => (float)(channel.First + (channel.Second * channel.Third)))];
        return layer.With(parameters: [layer.Kernel.Scaled(next.Scale), new ComputedTensor($"{layer.Name}/bias", [shifted.Length], shifted)]);
    }
}
