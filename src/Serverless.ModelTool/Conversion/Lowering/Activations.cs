using Serverless.ModelTool.Conversion.Weights;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Conversion.Lowering;

internal sealed partial class NetworkCompiler
{
    /// <summary>The operations of activations.</summary>
    private static class Activations
    {
        public static Node Apply(Activation activation, Node input, Place here) => activation switch
        {
            Plain { OpType: null } => input,
            Plain { OpType: { } opType } => Single(opType, input, here, opType.ToLowerInvariant()),
            Rectified { NegativeSlope: 0, Max: null } => Single("Relu", input, here, "relu"),
            Rectified { NegativeSlope: 0, Max: { } max } => Single("Clip", input, here, "relu", parameters: [Numbers.One(0), Numbers.One(max)]),
            Rectified { NegativeSlope: var slope, Max: null } => Single("LeakyRelu", input, here, "relu", [("alpha", (float)slope)]),
            Rectified { NegativeSlope: var slope, Max: { } max } => Single(
                "Min", Single("LeakyRelu", input, here, "leaky", [("alpha", (float)slope)]), here, "relu", parameters: [Numbers.One(max)]),
            Exponential { Alpha: var alpha } => Single("Elu", input, here, "elu", [("alpha", (float)alpha)]),
            HardSigmoid { Slope: var slope } => Single("HardSigmoid", input, here, "hardsigmoid", [("alpha", (float)slope), ("beta", 0.5f)]),
            Topology.Softmax softmax => Softmax(softmax, input, here),
            Gated gated => Product(input, gated.Gate.Aggregate(input, (gate, function) => Apply(function, gate, here)), here, "gated"),
            Gelu gelu => Gelu(gelu, input, here),
            _ => throw new InvalidOperationException($"No operation for {activation}."),
        };

        private static Node Softmax(Topology.Softmax softmax, Node input, Place here)
        {
            here.ExpectLastAxis(softmax.Axis, input);
            var ordered = here.InKerasOrder(input);
            return Single("Softmax", ordered, here, "softmax", [("axis", ordered.Shape.IsMap ? 1L : ordered.Shape.Rank)]);
        }

        /// <summary><c>0.5 x (1 + erf(x / sqrt 2))</c>, or by tanh (https://arxiv.org/abs/1606.08415).</summary>
        private static Node Gelu(Gelu gelu, Node x, Place here)
        {
            Node Times(Node node, double factor) => Single("Mul", node, here, "times", parameters: [Numbers.One(factor)]);
            Node Plus(Node node, double term) => Single("Add", node, here, "plus", parameters: [Numbers.One(term)]);
            var gate = gelu.IsApproximate
                ? Single("Tanh", Times(Product(x, Plus(Times(Product(x, x, here, "square"), 0.044715), 1), here, "cubic"), Math.Sqrt(2 / Math.PI)), here, "tanh")
                : Single("Erf", Times(x, 1 / Math.Sqrt(2)), here, "erf");
            return Product(Times(x, 0.5), Plus(gate, 1), here, "gelu");
        }

        private static Node Product(Node one, Node other, Place here, string suffix) =>
            new("Mul", here.Unique(suffix), [one, other], one.Shape) { ChannelsFirstOf = one.ChannelsFirstOf };

        private static Node Single(
            string opType, Node input, Place here, string suffix, (string, object)[]? attributes = null, Parameter[]? parameters = null) =>
            new(opType, here.Unique(suffix), [input], input.Shape)
            {
                Attributes = attributes ?? [],
                Parameters = parameters ?? [],
                ChannelsFirstOf = input.ChannelsFirstOf,
            };
    }
}
