using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Tests.Conversion;

/// <summary>
/// What Keras's layers do, written down as its documentation says it: rows x columns x channels, one image, double precision, no tricks. The twin that
/// the compiled graph is held against.
/// </summary>
internal sealed class SlowKeras(IKerasWeights weights)
{
    /// <summary>A tensor in Keras's order, without the batch.</summary>
    public sealed record Tensor(int[] Shape, double[] Values)
    {
        /// <summary>A value of a map.</summary>
        public double At(int row, int column, int channel) => Values[(((row * Shape[1]) + column) * Shape[2]) + channel];

        public static Tensor Map(int rows, int columns, int channels, Func<int, int, int, double> value) => new(
            [rows, columns, channels],
            [.. from row in Enumerable.Range(0, rows)
                from column in Enumerable.Range(0, columns)
                from channel in Enumerable.Range(0, channels)
                select value(row, column, channel)]);

        public Tensor Each(Func<double, double> function) => new(Shape, [.. Values.Select(function)]);

        /// <summary>A function of each value and its channel.</summary>
        public Tensor EachChannel(Func<double, int, double> function) => new(Shape, [.. Values.Select((value, index) => function(value, index % Shape[^1]))]);
    }

    private readonly Dictionary<LayerNode, Tensor> _known = [];

    public Tensor Run(LayerNode node, Tensor image)
    {
        if (!_known.TryGetValue(node, out var result))
        {
            _known[node] = result = node.Layer is Input ? image : Activate(node.Layer.Activation, Apply(node, [.. node.Inputs.Select(input => Run(input, image))]));
        }

        return result;
    }

    private Tensor Apply(LayerNode node, Tensor[] inputs)
    {
        var x = inputs[0];
        switch (node.Layer)
        {
            case Convolution layer:
                var kernel = Weight(node, "kernel", layer.Kernel.Rows, layer.Kernel.Columns, x.Shape[2] / layer.Groups, layer.Filters);
                return Bias(node, layer.HasBias, layer.Filters, Convolve(x, kernel, layer, layer.Groups));
            case DepthwiseConvolution layer:
                return Bias(node, layer.HasBias, x.Shape[2] * layer.Multiplier, Depthwise(
                    x, Weight(node, "kernel", layer.Kernel.Rows, layer.Kernel.Columns, x.Shape[2], layer.Multiplier), layer, layer.Multiplier));
            case SeparableConvolution layer:
                var depthwise = Weight(node, "depthwise_kernel", layer.Kernel.Rows, layer.Kernel.Columns, x.Shape[2], layer.Multiplier);
                var between = Depthwise(x, depthwise, layer, layer.Multiplier);
                var pointwise = Weight(node, "pointwise_kernel", 1, 1, between.Shape[2], layer.Filters);
                return Bias(node, layer.HasBias, layer.Filters, Convolve(between, pointwise, new Convolution(layer.Filters, Window.One), groups: 1));
            case Dense layer:
                return Bias(node, layer.HasBias, layer.Units, Multiply(x, Weight(node, "kernel", x.Shape[^1], layer.Units), layer.Units));
            case BatchNormalization layer:
                var channels = x.Shape[^1];
                var (gamma, beta) = (layer.HasScale ? Weight(node, "gamma", channels) : null, layer.HasCenter ? Weight(node, "beta", channels) : null);
                var (mean, variance) = (Weight(node, "moving_mean", channels), Weight(node, "moving_variance", channels));
                return x.EachChannel((value, channel) =>
                    ((value - mean[channel]) / Math.Sqrt(variance[channel] + layer.Epsilon) * (gamma?[channel] ?? 1)) + (beta?[channel] ?? 0));
            case Normalization layer:
                return x.EachChannel((value, channel) => (value - layer.Mean![channel]) / Math.Sqrt(layer.Variance![channel]));
            case Affine layer:
                return x.EachChannel((value, channel) => (value * layer.Scale[channel % layer.Scale.Count]) + layer.Shift[channel % layer.Shift.Count]);
            case ParametricRelu layer:
                int[] shape = [.. x.Shape.Select((dimension, axis) => layer.SharedAxes.Contains(axis + 1) ? 1 : dimension)];
                var alpha = new Tensor(shape, Weight(node, "alpha", shape));
                return Map(x, (row, column, channel) => x.At(row, column, channel) is var value and < 0
                    ? value * alpha.At(Math.Min(row, shape[0] - 1), Math.Min(column, shape[1] - 1), channel)
                    : x.At(row, column, channel));
            case Pooling layer:
                return Pool(x, layer);
            case GlobalPooling layer:
                double[] pooled = [.. Enumerable.Range(0, x.Shape[2]).Select(channel => Of(layer.Kind, x.Values.Where((_, index) => index % x.Shape[2] == channel)))];
                return new(layer.KeepsAxes ? [1, 1, pooled.Length] : [pooled.Length], pooled);
            case Flatten:
                return new([x.Values.Length], x.Values);
            case Reshape layer:
                var known = layer.Target.Where(dimension => dimension > 0).Aggregate(1, (product, dimension) => product * dimension);
                return new([.. layer.Target.Select(dimension => dimension > 0 ? dimension : x.Values.Length / known)], x.Values);
            case Permute layer:
                int[] permuted = [.. layer.Order.Select(axis => x.Shape[axis - 1])];
                return Tensor.Map(permuted[0], permuted[1], permuted[2], (a, b, c) =>
                {
                    var at = new int[3];
                    (at[layer.Order[0] - 1], at[layer.Order[1] - 1], at[layer.Order[2] - 1]) = (a, b, c);
                    return x.At(at[0], at[1], at[2]);
                });
            case ZeroPadding { Sides: var s }:
                return Tensor.Map(
                    x.Shape[0] + s.Top + s.Bottom, x.Shape[1] + s.Left + s.Right, x.Shape[2], (row, column, channel) => Inside(x, row - s.Top, column - s.Left, channel) ?? 0);
            case Cropping { Sides: var s }:
                return Tensor.Map(
                    x.Shape[0] - s.Top - s.Bottom, x.Shape[1] - s.Left - s.Right, x.Shape[2], (row, column, channel) => x.At(row + s.Top, column + s.Left, channel));
            case UpSampling layer:
                return Tensor.Map(x.Shape[0] * layer.Factor.Rows, x.Shape[1] * layer.Factor.Columns, x.Shape[2], (row, column, channel) => layer.IsBilinear
                    ? Interpolate(x, ((row + 0.5) / layer.Factor.Rows) - 0.5, ((column + 0.5) / layer.Factor.Columns) - 0.5, channel)
                    : x.At(row / layer.Factor.Rows, column / layer.Factor.Columns, channel));
            case Concatenate layer when x.Shape.Length == 1:
                return new([inputs.Sum(input => input.Values.Length)], [.. inputs.SelectMany(input => input.Values)]);
            case Concatenate layer:
                return Join(inputs, layer.Axis < 0 ? layer.Axis + 3 : layer.Axis - 1);
            case Merge layer:
                return inputs.Skip(1).Aggregate(x, (one, other) => Combine(layer.Kind, one, other)) is var all && layer.Kind == MergeKind.Average
                    ? all.Each(value => value / inputs.Length)
                    : all;
            case OneChannel layer:
                return new([x.Shape[0], x.Shape[1]], [.. x.Values.Where((_, index) => index % x.Shape[2] == layer.Index)]);
            case StackChannels:
                return Tensor.Map(x.Shape[0], x.Shape[1], inputs.Length, (row, column, channel) => inputs[channel].Values[(row * x.Shape[1]) + column]);
            case ReverseChannels:
                return Map(x, (row, column, channel) => x.At(row, column, x.Shape[2] - 1 - channel));
            case Identity or Topology.Activate:
                return x;
            default:
                throw new NotSupportedException($"{node.Layer}");
        }
    }

    private static Tensor Activate(Activation activation, Tensor x) => activation switch
    {
        Topology.Softmax => new(x.Shape, [.. x.Values.Chunk(x.Shape[^1]).SelectMany(row => row.Select(value => Math.Exp(value) / row.Sum(Math.Exp)))]),
        _ => x.Each(value => Function(activation, value)),
    };

    /// <summary>As https://keras.io/api/layers/activations/ defines them.</summary>
    private static double Function(Activation activation, double x) => activation switch
    {
        Plain { OpType: null } => x,
        Plain { OpType: "Sigmoid" } => 1 / (1 + Math.Exp(-x)),
        Plain { OpType: "Tanh" } => Math.Tanh(x),
        Plain { OpType: "Exp" } => Math.Exp(x),
        Plain { OpType: "Softplus" } => Math.Log(1 + Math.Exp(x)),
        Plain { OpType: "Softsign" } => x / (1 + Math.Abs(x)),
        Plain { OpType: "Selu" } => 1.05070098 * (x > 0 ? x : 1.67326324 * (Math.Exp(x) - 1)),
        Rectified rectified => Math.Min(x < 0 ? rectified.NegativeSlope * x : x, rectified.Max ?? double.MaxValue),
        Exponential elu => x > 0 ? x : elu.Alpha * (Math.Exp(x) - 1),
        HardSigmoid hard => Math.Clamp((hard.Slope * x) + 0.5, 0, 1),
        Gated gated => x * gated.Gate.Aggregate(x, (value, function) => Function(function, value)),
        Gelu { IsApproximate: true } => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        Gelu => 0.5 * x * (1 + Erf(x / Math.Sqrt(2))),
        _ => throw new NotSupportedException($"{activation}"),
    };

    /// <summary>The error function by its series; enough terms for arguments below 4.</summary>
    private static double Erf(double x)
    {
        var (sum, term) = (x, x);
        for (var n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private double[] Weight(LayerNode node, string name, params int[] shape) =>
        [.. weights.Of(node.Address, [new(name, shape)])[0].ReadAll().Select(value => (double)value)];

    private Tensor Bias(LayerNode node, bool hasBias, int outputs, Tensor x)
    {
        var bias = hasBias ? Weight(node, "bias", outputs) : new double[outputs];
        return x.EachChannel((value, channel) => value + bias[channel]);
    }

    private static Tensor Multiply(Tensor x, double[] kernel, int units) => new(
        [.. x.Shape[..^1], units],
        [.. from row in x.Values.Chunk(x.Shape[^1])
            from unit in Enumerable.Range(0, units)
            select row.Select((value, index) => value * kernel[(index * units) + unit]).Sum()]);

    private static Tensor Convolve(Tensor x, double[] kernel, Convolution layer, int groups)
    {
        var (inputs, outputs) = (x.Shape[2] / groups, layer.Filters / groups);
        return Slide(x, layer, layer.Filters, (windowRow, windowColumn, filter) => Enumerable.Range(0, inputs).Select(input => (
            Channel: (filter / outputs * inputs) + input,
            Weight: kernel[(((((windowRow * layer.Kernel.Columns) + windowColumn) * inputs) + input) * layer.Filters) + filter])));
    }

    private static Tensor Depthwise(Tensor x, double[] kernel, Sliding layer, int multiplier) =>
        Slide(x, layer, x.Shape[2] * multiplier, (windowRow, windowColumn, filter) =>
            [(filter / multiplier, kernel[(((windowRow * layer.Kernel.Columns) + windowColumn) * x.Shape[2] * multiplier) + filter])]);

    /// <summary>The weighted sum under each place of a window; what lies beyond the edge is zero.</summary>
    private static Tensor Slide(Tensor x, Sliding layer, int filters, Func<int, int, int, IEnumerable<(int Channel, double Weight)>> kernel) =>
        Places(x, layer, filters, (places, filter) => places.Sum(place => kernel(place.WindowRow, place.WindowColumn, filter).Sum(input => (Inside(x, place.Row, place.Column, input.Channel) ?? 0) * input.Weight)));

    private static Tensor Pool(Tensor x, Pooling layer) => Places(x, layer, x.Shape[2], (places, channel) =>
        Of(layer.Kind, places.Select(place => Inside(x, place.Row, place.Column, channel)).OfType<double>()));

    private static double Of(PoolingKind kind, IEnumerable<double> values) => kind == PoolingKind.Max ? values.Max() : values.Average();

    /// <summary>
    /// TensorFlow's rules (https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2): "same" gives one output for each stride begun, and pads evenly with the
    /// odd one after; "valid" only whole windows.
    /// </summary>
    private static Tensor Places(
        Tensor x, Sliding layer, int channels, Func<IReadOnlyList<(int WindowRow, int WindowColumn, int Row, int Column)>, int, double> value)
    {
        var (rows, top) = Along(x.Shape[0], layer.Kernel.Rows, layer.Strides.Rows, layer.Dilation.Rows, layer.Padding.IsSame);
        var (columns, left) = Along(x.Shape[1], layer.Kernel.Columns, layer.Strides.Columns, layer.Dilation.Columns, layer.Padding.IsSame);
        return Tensor.Map(rows, columns, channels, (row, column, channel) => value(
            [.. from windowRow in Enumerable.Range(0, layer.Kernel.Rows)
                from windowColumn in Enumerable.Range(0, layer.Kernel.Columns)
                select (windowRow, windowColumn,
                    (row * layer.Strides.Rows) + (windowRow * layer.Dilation.Rows) - top,
                    (column * layer.Strides.Columns) + (windowColumn * layer.Dilation.Columns) - left)],
            channel));

        static (int Count, int Before) Along(int length, int kernel, int stride, int dilation, bool isSame)
        {
            var reach = ((kernel - 1) * dilation) + 1;
            if (!isSame)
            {
                return ((int)Math.Ceiling((length - reach + 1) / (double)stride), 0);
            }

            var total = length % stride == 0 ? Math.Max(reach - stride, 0) : Math.Max(reach - (length % stride), 0);
            return ((int)Math.Ceiling(length / (double)stride), total / 2);
        }
    }

    private static double? Inside(Tensor x, int row, int column, int channel) =>
        row >= 0 && row < x.Shape[0] && column >= 0 && column < x.Shape[1] ? x.At(row, column, channel) : null;

    private static double Interpolate(Tensor x, double row, double column, int channel)
    {
        row = Math.Clamp(row, 0, x.Shape[0] - 1);
        column = Math.Clamp(column, 0, x.Shape[1] - 1);
        var (top, left) = ((int)row, (int)column);
        var (bottom, right) = (Math.Min(top + 1, x.Shape[0] - 1), Math.Min(left + 1, x.Shape[1] - 1));
        double Between(double a, double b, double part) => a + ((b - a) * part);
        return Between(
            Between(x.At(top, left, channel), x.At(top, right, channel), column - left),
            Between(x.At(bottom, left, channel), x.At(bottom, right, channel), column - left),
            row - top);
    }

    private static Tensor Map(Tensor x, Func<int, int, int, double> value) => Tensor.Map(x.Shape[0], x.Shape[1], x.Shape[2], value);

    private static Tensor Join(Tensor[] inputs, int axis)
    {
        int[] shape = [.. inputs[0].Shape];
        shape[axis] = inputs.Sum(input => input.Shape[axis]);
        return Tensor.Map(shape[0], shape[1], shape[2], (row, column, channel) =>
        {
            int[] at = [row, column, channel];
            var which = 0;
            for (; at[axis] >= inputs[which].Shape[axis]; which++)
            {
                at[axis] -= inputs[which].Shape[axis];
            }

            return inputs[which].At(at[0], at[1], at[2]);
        });
    }

    private static Tensor Combine(MergeKind kind, Tensor one, Tensor other)
    {
        double Of(double a, double b) => kind switch
        {
            MergeKind.Add or MergeKind.Average => a + b,
            MergeKind.Subtract => a - b,
            MergeKind.Multiply => a * b,
            MergeKind.Divide => a / b,
            MergeKind.Maximum => Math.Max(a, b),
            _ => Math.Min(a, b),
        };

        return one.Shape.Length == 1
            ? new(one.Shape, [.. one.Values.Zip(other.Values, Of)])
            : Map(one, (row, column, channel) =>
                Of(one.At(row, column, channel), other.At(Math.Min(row, other.Shape[0] - 1), Math.Min(column, other.Shape[1] - 1), channel)));
    }
}
