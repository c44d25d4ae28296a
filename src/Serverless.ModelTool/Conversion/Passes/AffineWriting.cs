using Serverless.ModelTool.Conversion.Weights;

namespace Serverless.ModelTool.Conversion.Passes;

/// <summary>What could not be folded becomes a multiplication and an addition, of which one that changes nothing is left out.</summary>
internal static class AffineWriting
{
    public static Node Run(Node output) => Rewriting.Rewrite(output, node => node.Coefficients is { } coefficients ? Written(node, coefficients) : node);

    private static Node Written(Node node, PerChannel coefficients)
    {
        var result = node.Inputs[0];
        if (coefficients.Scale.Any(factor => factor != 1))
        {
            result = Operation("Mul", "scale", coefficients.Scale);
        }

        return coefficients.Shift.Any(term => term != 0) ? Operation("Add", "shift", coefficients.Shift) : result;

        Node Operation(string opType, string what, double[] values) => new(opType, $"{node.Name}/{what}d", [result], node.Shape)
        {
            Parameters = [Parameter($"{node.Name}/{what}", values, node.Shape)],
            ChannelsFirstOf = node.ChannelsFirstOf,
        };
    }

    private static Parameter Parameter(string name, double[] values, Extent shape) => values.All(value => value == values[0])
        ? Numbers.One(values[0])
        : new ComputedTensor(name, shape.IsMap ? [values.Length, 1, 1] : [values.Length], [.. values.Select(value => (float)value)]);
}
