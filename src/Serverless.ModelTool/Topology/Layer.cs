namespace Serverless.ModelTool.Topology;

/// <summary>
/// What one layer does, said as Keras says it: maps are (rows, columns, channels), weights lie as Keras stores them. Which layers it follows and
/// what it is called is the <see cref="LayerNode"/>'s to know.
/// </summary>
internal abstract record Layer
{
    /// <summary>What its answer goes through at last.</summary>
    public Activation Activation { get; init; } = Activation.Linear;
}

/// <summary>The image: three channels.</summary>
/// <param name="Rows">Height in pixels.</param>
/// <param name="Columns">Width in pixels.</param>
internal sealed record Input(int Rows, int Columns) : Layer
{
    /// <summary>Channels of every image.</summary>
    public const int Channels = 3;
}

/// <summary>A window that is moved over a map.</summary>
/// <param name="Kernel">The window.</param>
internal abstract record Sliding(Window Kernel) : Layer
{
    public Window Strides { get; init; } = Window.One;

    public Window Dilation { get; init; } = Window.One;

    public Padding Padding { get; init; } = Padding.Valid;
}

/// <summary>Convolution: kernel (rows, columns, in / groups, filters), bias (filters).</summary>
/// <param name="Filters">Output channels.</param>
/// <param name="Kernel">The window.</param>
internal sealed record Convolution(int Filters, Window Kernel) : Sliding(Kernel)
{
    public int Groups { get; init; } = 1;

    public bool HasBias { get; init; } = true;
}

/// <summary>Convolution of each channel by itself: kernel (rows, columns, in, multiplier), bias (in x multiplier).</summary>
/// <param name="Multiplier">Output channels of each input channel.</param>
/// <param name="Kernel">The window.</param>
internal sealed record DepthwiseConvolution(int Multiplier, Window Kernel) : Sliding(Kernel)
{
    public bool HasBias { get; init; } = true;
}

/// <summary>A depthwise convolution, then one of 1 x 1: depthwise kernel, pointwise kernel (1, 1, in x multiplier, filters), bias (filters).</summary>
/// <param name="Filters">Output channels.</param>
/// <param name="Multiplier">Output channels of each input channel before the 1 x 1.</param>
/// <param name="Kernel">The window.</param>
internal sealed record SeparableConvolution(int Filters, int Multiplier, Window Kernel) : Sliding(Kernel)
{
    public bool HasBias { get; init; } = true;
}

/// <summary>A fully connected layer on the last axis: kernel (in, units), bias (units).</summary>
/// <param name="Units">Outputs.</param>
internal sealed record Dense(int Units) : Layer
{
    public bool HasBias { get; init; } = true;
}

/// <summary>Per channel <c>gamma (x - mean) / sqrt(variance + epsilon) + beta</c>, with what training left in the mean and the variance.</summary>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="HasScale">Whether there is a gamma.</param>
/// <param name="HasCenter">Whether there is a beta.</param>
internal sealed record BatchNormalization(double Epsilon, bool HasScale, bool HasCenter) : Layer
{
    /// <summary>The channels' axis, counted with the batch, as Keras does; negative from the end.</summary>
    public int Axis { get; init; } = -1;
}

/// <summary>Per channel <c>(x - mean) / sqrt(variance)</c>, with what Keras's <c>adapt</c> or the caller gave.</summary>
/// <param name="Mean">Given ones; null when they are stored as weights.</param>
/// <param name="Variance">Given ones; null when they are stored as weights.</param>
internal sealed record Normalization(IReadOnlyList<double>? Mean, IReadOnlyList<double>? Variance) : Layer;

/// <summary>Per channel <c>scale x + shift</c>; one number stands for every channel.</summary>
internal sealed record Affine(IReadOnlyList<double> Scale, IReadOnlyList<double> Shift) : Layer;

/// <summary>The maximum or the mean of each window; of a window that is padded, the mean of what is inside the map.</summary>
internal sealed record Pooling(PoolingKind Kind, Window Kernel) : Sliding(Kernel);

/// <summary>The maximum or the mean of each channel.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="KeepsAxes">Whether a map of one place comes out, not a vector.</param>
internal sealed record GlobalPooling(PoolingKind Kind, bool KeepsAxes = false) : Layer;

/// <summary>What is made of a window's values.</summary>
internal enum PoolingKind
{
    Max,
    Average,
}

/// <summary>Anything to one vector.</summary>
/// <param name="ChannelsFirst">In the order channel, row, column, as PyTorch does; else row, column, channel, as Keras.</param>
internal sealed record Flatten(bool ChannelsFirst = false) : Layer;

/// <summary>The same values under other dimensions.</summary>
/// <param name="Target">Without the batch; one of them may be -1.</param>
internal sealed record Reshape(IReadOnlyList<int> Target) : Layer;

/// <summary>Axes change places.</summary>
/// <param name="Order">For each new axis the old one, counted from 1.</param>
internal sealed record Permute(IReadOnlyList<int> Order) : Layer;

/// <summary>Zeros around a map.</summary>
internal sealed record ZeroPadding(Sides Sides) : Layer;

/// <summary>A map without its margins.</summary>
internal sealed record Cropping(Sides Sides) : Layer;

/// <summary>Rows and columns are multiplied.</summary>
/// <param name="Factor">By what.</param>
/// <param name="IsBilinear">Interpolated, not repeated.</param>
internal sealed record UpSampling(Window Factor, bool IsBilinear) : Layer;

/// <summary>Several tensors one after the other.</summary>
/// <param name="Axis">Counted with the batch, as Keras does; negative from the end.</param>
internal sealed record Concatenate(int Axis) : Layer;

/// <summary>Several tensors become one, value by value.</summary>
internal sealed record Merge(MergeKind Kind) : Layer;

/// <summary>How values become one.</summary>
internal enum MergeKind
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Average,
    Maximum,
    Minimum,
}

/// <summary>Nothing but its activation.</summary>
internal sealed record Activate : Layer;

/// <summary><c>x</c> where it is positive, else <c>alpha x</c> with a learned alpha.</summary>
/// <param name="SharedAxes">Axes, counted from 1, along which alpha is the same.</param>
internal sealed record ParametricRelu(IReadOnlyList<int> SharedAxes) : Layer;

/// <summary>A layer that acts only in training.</summary>
internal sealed record Identity : Layer;

/// <summary>One channel of a map: (rows, columns).</summary>
internal sealed record OneChannel(int Index) : Layer;

/// <summary>The channels of a map in reverse order.</summary>
internal sealed record ReverseChannels : Layer;

/// <summary>Maps of one channel, (rows, columns) each, become the channels of one.</summary>
internal sealed record StackChannels : Layer;
