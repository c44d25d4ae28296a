using Serverless.ModelTool.Conversion.Lowering;
using Serverless.ModelTool.Conversion.Weights;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Conversion.Passes;

/// <summary>
/// Zeros that are put around a map before a convolution become the convolution's own padding. The same for a maximum over values of which none is
/// negative, where a zero never wins against what is there: ONNX pads maxima with minus infinity.
/// </summary>
internal static class PaddingFolding
{
    public static Node Run(Node output)
    {
        var isUsedOnce = Rewriting.UsedOnce(output);
        return Rewriting.Rewrite(output, node => (node.OpType, node.Inputs) switch
        {
            ("Conv", [{ OpType: "Pad" } padding]) when isUsedOnce(padding) => Folded(node, padding),
            ("MaxPool", [{ OpType: "Pad" } padding]) when isUsedOnce(padding) && padding.Inputs[0].OpType == "Relu" => Folded(node, padding),
            ("MaxPool", [{ OpType: "Pad" } padding]) => node.With([KeptApart(padding)]),
            _ => node,
        });
    }

    private static Node Folded(Node node, Node padding) => node.With([padding.Inputs[0]], attributes: Padded(node, padding.Margins));

    /// <summary>
    /// ONNX Runtime does the same whatever the values are, and is wrong where a zero beats negative ones. It does so with zeros only, so these become the
    /// smallest number that is none.
    /// </summary>
    private static Node KeptApart(Node padding) => padding.With(parameters: [padding.Parameters[0], Numbers.One(float.Epsilon)]);

    private static (string, object)[] Padded(Node node, Sides margins)
    {
        var own = node.Attributes.FirstOrDefault(attribute => attribute.Name == "pads").Value is long[] pads
            ? new Sides(Top: (int)pads[0], Left: (int)pads[1], Bottom: (int)pads[2], Right: (int)pads[3])
            : Sides.None;
        return [.. node.Attributes.Where(attribute => attribute.Name != "pads"), ("pads", NetworkCompiler.Pads(own + margins))];
    }
}
