using Serverless.ModelTool.Conversion.Weights;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Conversion.Lowering;

/// <content>Layers that compute value by value.</content>
internal sealed partial class NetworkCompiler
{
    private static Node Lower(BatchNormalization layer, Place here)
    {
        here.ExpectLastAxis(layer.Axis, here.Input);
        var channels = here.Input.Shape.Channels;
        string[] names = [.. layer.HasScale ? ["gamma"] : Array.Empty<string>(), .. layer.HasCenter ? ["beta"] : Array.Empty<string>(), "moving_mean", "moving_variance"];
        var tensors = here.Weights($"{channels} channels come in", [.. names.Select(name => new WantedTensor(name, channels))]);
        double[] Values(string name, double otherwise) => Array.IndexOf(names, name) is >= 0 and var index
            ? [.. tensors[index].ReadAll().Select(value => (double)value)]
            : [.. Enumerable.Repeat(otherwise, channels)];

        var variance = Values("moving_variance", 1);
        if (variance.Any(value => !(value + layer.Epsilon > 0)))
        {
            throw here.Refused("has a negative variance: its weights are damaged");
        }

        return here.Affine(here.Input, Normalized(Values("gamma", 1), Values("beta", 0), Values("moving_mean", 0), variance, layer.Epsilon));
    }

    private static Node Lower(Normalization layer, Place here)
    {
        const double KerasEpsilon = 1e-7; // keras.backend.epsilon(): what Keras divides by at least
        var channels = here.Input.Shape.Channels;
        var (mean, variance) = (layer.Mean, layer.Variance);
        if (mean is null || variance is null)
        {
            var tensors = here.Weights(
                $"{channels} channels come in", new("mean", channels), new("variance", channels), new WantedTensor("count") { IsRead = false });
            (mean, variance) = ([.. tensors[0].ReadAll().Select(value => (double)value)], [.. tensors[1].ReadAll().Select(value => (double)value)]);
        }

        if (variance.Any(value => !(value >= 0)))
        {
            throw here.Refused("has a negative variance: its weights are damaged");
        }

        double[] scale = [.. variance.Select(value => 1 / Math.Max(Math.Sqrt(value), KerasEpsilon))];
        double[] Wide(IReadOnlyList<double> values) => values.Count == 1 ? [.. Enumerable.Repeat(values[0], channels)] : [.. values];
        return here.Affine(here.Input, new(Wide(scale), [.. Wide(mean).Zip(Wide(scale), (m, s) => -m * s)]));
    }

    private static PerChannel Normalized(double[] gamma, double[] beta, double[] mean, double[] variance, double epsilon)
    {
        double[] scale = [.. gamma.Zip(variance, (g, v) => g / Math.Sqrt(v + epsilon))];
        return new(scale, [.. beta.Zip(mean, scale).Select(channel => channel.First - (channel.Second * channel.Third))]);
    }

    private static Node Lower(ParametricRelu layer, Place here)
    {
        var input = here.InKerasOrder(here.Input);
        int[] shape = [.. input.Shape.Dimensions.Select((dimension, axis) => layer.SharedAxes.Contains(axis + 1) ? 1 : dimension)];
        var alpha = here.Weights($"{input.Shape} comes in", new WantedTensor("alpha", shape))[0];
        var values = alpha.ReadAll();
        var slopes = new Extent(shape);
        var ordered = slopes.IsOrderFree ? values : Transposed(values, slopes);
        return new("PRelu", here.Name, [input], input.Shape) { Parameters = [new ComputedTensor(alpha.Name, slopes.InGraph, ordered)] };
    }

    private static Node Lower(Merge layer, Place here)
    {
        var inputs = here.Inputs.Select(here.InKerasOrder).ToArray();
        if (inputs.Length < 2 || (layer.Kind is MergeKind.Subtract or MergeKind.Divide && inputs.Length != 2))
        {
            throw here.Refused($"has {inputs.Length} inputs");
        }

        var shape = inputs.Select(input => input.Shape).Aggregate((one, other) => Broadcast(one, other, here));
        // ONNX's Max, Min and Mean take any number, the others two at a time.
        return layer.Kind switch
        {
            MergeKind.Maximum => here.Node("Max", inputs, shape),
            MergeKind.Minimum => here.Node("Min", inputs, shape),
            MergeKind.Average => here.Node("Mean", inputs, shape),
            MergeKind.Add => Pairwise("Add"),
            MergeKind.Multiply => Pairwise("Mul"),
            MergeKind.Subtract => Pairwise("Sub"),
            _ => Pairwise("Div"),
        };

        Node Pairwise(string opType) => inputs.Skip(1).Aggregate(inputs[0], (sum, next) =>
            new Node(opType, ReferenceEquals(next, inputs[^1]) ? here.Name : here.Unique("part"), [sum, next], Broadcast(sum.Shape, next.Shape, here)));
    }

    private static Extent Broadcast(Extent one, Extent other, Place here)
    {
        var pairs = one.Rank == other.Rank ? one.Dimensions.Zip(other.Dimensions).ToArray() : [];
        return pairs.Length > 0 && pairs.All(pair => pair.First == pair.Second || pair.First == 1 || pair.Second == 1)
            ? new([.. pairs.Select(pair => Math.Max(pair.First, pair.Second))])
            : throw here.Refused($"cannot bring {one} and {other} together");
    }

    /// <summary>A map's values from rows, columns, channels to channels, rows, columns.</summary>
    private static float[] Transposed(float[] values, Extent map)
    {
        var places = map.Rows * map.Columns;
        var ordered = new float[values.Length];
        for (var place = 0; place < places; place++)
        {
            for (var channel = 0; channel < map.Channels; channel++)
            {
                ordered[(channel * places) + place] = values[(place * map.Channels) + channel];
            }
        }

        return ordered;
    }
}
