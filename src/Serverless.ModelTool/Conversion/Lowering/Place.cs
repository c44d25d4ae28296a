using Serverless.ModelTool.Conversion.Weights;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Conversion.Lowering;

internal sealed partial class NetworkCompiler
{
    /// <summary>One layer in its place, while it is compiled: what comes in, which names it may give, which weights it gets.</summary>
    private sealed class Place(NetworkCompiler compiler, LayerNode layer, IReadOnlyList<Node> inputs, string name)
    {
        private long _kernelValues;

        public string Name => name;

        public IReadOnlyList<Node> Inputs => inputs;

        public Node Input => inputs is [var only] ? only : throw Refused($"takes one tensor, {inputs.Count} come in");

        /// <summary>What comes in, which has to be a map.</summary>
        public Node Map => Input.Shape.IsMap
            ? Input
            : throw Refused($"takes a map of rows, columns and channels, but {Input.Shape} comes in");

        /// <summary>Numbers that it was trained with.</summary>
        public long Parameters { get; private set; }

        /// <summary>Its kernels' values, times the places where they are used.</summary>
        public long MultiplyAdds(Extent shape) => _kernelValues * (shape.Length / shape.Channels);

        /// <summary>The layer's tensors, which have to be as it wants them.</summary>
        /// <param name="because">Why the first has to have the shape it has.</param>
        /// <param name="wanted">What it wants; where widths are free, the outputs of a kernel are as many as it has.</param>
        public IReadOnlyList<KerasTensor> Weights(string because, params IReadOnlyList<WantedTensor> wanted)
        {
            var tensors = compiler._weights.Of(layer.Address, wanted);
            var isFree = compiler._widthsAreFree && layer.Layer is Convolution or Dense;
            foreach (var (index, want) in wanted.Where(want => want.IsRead).Index())
            {
                var tensor = tensors[index];
                int?[] shape = [.. want.Shape.SkipLast(1).Select(dimension => (int?)dimension), (isFree, index) switch
                {
                    (false, _) => want.Shape[^1],
                    (true, 0) => null,
                    (true, _) => tensors[0].Shape[^1],
                }];
                Expect(tensor, shape, isFree && index > 0 ? "the kernel has as many outputs" : because);
                Parameters += tensor.Length;
                _kernelValues += want.Name.EndsWith("kernel", StringComparison.Ordinal) ? tensor.Length : 0;
            }

            return tensors;
        }

        /// <summary>A bias or another vector of a layer that says of itself how long it is.</summary>
        public static ComputedTensor Vector(KerasTensor tensor) => new(tensor.Name, [tensor.Length], tensor.ReadAll());

        /// <summary>An operation of this layer.</summary>
        public Node Node(string opType, IReadOnlyList<Node> from, Extent shape, string? suffix = null) =>
            new(opType, suffix is null ? name : $"{name}/{suffix}", from, shape);

        /// <summary>Multiplies and adds, channel by channel.</summary>
        public Node Affine(Node input, PerChannel coefficients)
        {
            if (coefficients.Scale.Length != 1 && coefficients.Scale.Length != input.Shape.Channels)
            {
                throw Refused($"has numbers for {coefficients.Scale.Length} channels, but {input.Shape} comes in");
            }

            return new(Conversion.Node.AffineOp, name, [input], input.Shape)
            {
                // A vector that was a map has its values in the graph's order, and so have the coefficients.
                Coefficients = coefficients.Scale.Length > 1 && input.ChannelsFirstOf is { } map
                    ? new(ChannelsFirst(coefficients.Scale, map), ChannelsFirst(coefficients.Shift, map))
                    : coefficients,
                ChannelsFirstOf = input.ChannelsFirstOf,
            };
        }

        /// <summary>The activation at a layer's end.</summary>
        public Node Apply(Activation activation, Node input) => Activations.Apply(activation, input, this);

        /// <summary>A vector that was a map, in the order of Keras; anything else as it is.</summary>
        public Node InKerasOrder(Node input)
        {
            if (input.ChannelsFirstOf is not { } map)
            {
                return input;
            }

            var unfolded = new Node("Reshape", Unique("unfolded"), [input], map) { Parameters = [new Integers([-1, .. map.InGraph])] };
            return KerasOrdered(unfolded, new(input.Shape.Dimensions));
        }

        /// <summary>A map's values under other dimensions, in Keras's order.</summary>
        public Node KerasOrdered(Node input, Extent target)
        {
            var ordered = input;
            if (!input.Shape.IsOrderFree)
            {
                ordered = new Node("Transpose", Unique("rows-first"), [input], input.Shape) { Attributes = [("perm", new long[] { 0, 2, 3, 1 })] };
            }

            return new("Reshape", Unique("reshaped"), [ordered], target) { Parameters = [new Integers([-1, .. target.InGraph])] };
        }

        /// <summary>Refuses an axis, counted with the batch, that is not a tensor's last.</summary>
        public void ExpectLastAxis(int axis, Node input)
        {
            if (axis != -1 && axis != input.Shape.Rank)
            {
                throw Refused($"works along axis {axis} of {input.Shape}; only the last can be");
            }
        }

        /// <summary>A name for one more operation.</summary>
        public string Unique(string suffix)
        {
            var uses = compiler._uses[$"{name}/{suffix}"] = compiler._uses.GetValueOrDefault($"{name}/{suffix}") + 1;
            return uses == 1 ? $"{name}/{suffix}" : $"{name}/{suffix}#{uses}";
        }

        /// <summary>What to throw when this layer cannot be.</summary>
        public ModelToolException Refused(string why) => new($"Layer '{layer.Address}' ({layer.Layer.GetType().Name}) {why}.");

        private static void Expect(KerasTensor tensor, int?[] shape, string because)
        {
            if (tensor.Shape.Count != shape.Length || shape.Zip(tensor.Shape).Any(pair => pair.First is { } wanted && wanted != pair.Second))
            {
                throw new ModelToolException(
                    $"{tensor.Name} has shape {tensor.ShapeText}; ({string.Join(", ", shape.Select(dimension => dimension?.ToString() ?? "any"))}) is expected, "
                    + $"because {because}.");
            }
        }

        private static double[] ChannelsFirst(double[] values, Extent map) =>
            [.. Enumerable.Range(0, values.Length).Select(index =>
            {
                var (channel, position) = Math.DivRem(index, map.Rows * map.Columns);
                return values[(position * map.Channels) + channel];
            })];
    }
}
