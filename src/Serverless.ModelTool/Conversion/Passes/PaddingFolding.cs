using Serverless.ModelTool.Conversion.Lowering;
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
        return Rewriting.Rewrite(output, node =>
            node.Inputs is [{ OpType: "Pad" } padding] && isUsedOnce(padding) && (node.OpType == "Conv" || (node.OpType == "MaxPool" && padding.Inputs[0].OpType == "Relu"))
                ? node.With([padding.Inputs[0]], attributes: Padded(node, padding.Margins))
                : node);
    }

    private static (string, object)[] Padded(Node node, Sides margins)
    {
        var own = node.Attributes.FirstOrDefault(attribute => attribute.Name == "pads").Value is long[] pads
            ? new Sides(Top: (int)pads[0], Left: (int)pads[1], Bottom: (int)pads[2], Right: (int)pads[3])
            : Sides.None;
        return [.. node.Attributes.Where(attribute => attribute.Name != "pads"), ("pads", NetworkCompiler.Pads(own + margins))];
    }
}
