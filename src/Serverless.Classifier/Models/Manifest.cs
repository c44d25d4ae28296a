using System.Text.Json.Serialization;

namespace Serverless.Classifier.Models;

/// <summary>
/// What <c>models/NAME/manifest.json</c> says of a model: all that is needed to feed its graph and read its answer, so that adding a
/// model needs no code. Unknown fields are errors.
/// </summary>
public sealed record Manifest
{
    /// <summary>The version of this layout; 1.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>The model's name, equal to its folder's: lower-case letters, digits, dots, dashes and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence: what it is and what it tells apart.</summary>
    public required string Description { get; init; }

    /// <summary>SPDX identifier of the weights' licence.</summary>
    public required string License { get; init; }

    /// <summary>The ONNX graph.</summary>
    public ModelGraph Graph { get; init; } = new();

    /// <summary>How the weights are had when they are not kept beside the manifest; null when they are.</summary>
    public WeightsSource? Source { get; init; }

    /// <summary>What the graph takes.</summary>
    public required ModelInput Input { get; init; }

    /// <summary>What the graph gives.</summary>
    public required ModelOutput Output { get; init; }

    /// <summary>Which further outputs of the graph show what the network saw; null where it has none.</summary>
    public ModelFeatures? Features { get; init; }

    /// <summary>Accuracies that somebody measured, each with its source.</summary>
    public IReadOnlyList<Accuracy> Accuracy { get; init; } = [];
}

/// <summary>The ONNX graph of a model.</summary>
public sealed record ModelGraph
{
    /// <summary>The graph's file, in the manifest's folder.</summary>
    public string File { get; init; } = "model.onnx";

    /// <summary>Lower-case hexadecimal SHA-256 of that file; null for a graph that is made on the user's machine.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>Where published weights lie and how to know that they are whole.</summary>
public sealed record WeightsSource
{
    /// <summary><c>keras-hdf5</c>: converted after the download; <c>onnx</c>: used as it is.</summary>
    public required WeightsFormat Format { get; init; }

    /// <summary>Known architecture that a weight file without topology belongs to, for example <c>vgg16</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary>Addresses of the same file, tried in this order.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    /// <summary>Lower-case hexadecimal MD5 as published; at least one of the two checksums is given.</summary>
    public string? Md5 { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 as published.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Size in bytes, where it is known.</summary>
    public long? Bytes { get; init; }
}

/// <summary>What form published weights have.</summary>
public enum WeightsFormat
{
    /// <summary>A Keras HDF5 file.</summary>
    [JsonStringEnumMemberName("keras-hdf5")] KerasHdf5,

    /// <summary>An ONNX graph.</summary>
    [JsonStringEnumMemberName("onnx")] Onnx,
}

/// <summary>
/// How an image becomes the input tensor: decoded to 8-bit RGB, resized to <see cref="Width"/> x <see cref="Height"/>, channels ordered, then
/// for each channel <c>((x / scale) - mean) / std</c>, every step rounded to float32 as NumPy does.
/// </summary>
public sealed record ModelInput
{
    /// <summary>Name of the graph's input; null when it has only one.</summary>
    public string? Name { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Order of the axes; null where the graph's shape says it.</summary>
    public TensorLayout? Layout { get; init; }

    /// <summary>Order of the colour channels.</summary>
    public required ChannelOrder Channels { get; init; }

    /// <summary>Divisor of the 0..255 values, applied first.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Subtracted second; one value a channel, in <see cref="Channels"/>' order.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0, 0, 0];

    /// <summary>Divisor applied last; one value a channel, in <see cref="Channels"/>' order.</summary>
    public IReadOnlyList<float> Std { get; init; } = [1, 1, 1];

    /// <summary>How the image is brought to size.</summary>
    public required Resize Resize { get; init; }
}

/// <summary>How an image is brought to the input's size.</summary>
public sealed record Resize
{
    /// <summary>Squash, or short side and centre crop.</summary>
    public required ResizeMode Mode { get; init; }

    /// <summary>Which of Pillow's filters.</summary>
    public required ResizeFilter Filter { get; init; }

    /// <summary>Length in pixels that the short side gets before the crop; only with <see cref="ResizeMode.ShortSideCrop"/>.</summary>
    public int? ShortSide { get; init; }
}

/// <summary>How the aspect ratio is treated.</summary>
public enum ResizeMode
{
    /// <summary>The whole image, its aspect ratio given up (Keras's <c>load_img</c>).</summary>
    [JsonStringEnumMemberName("squash")] Squash,

    /// <summary>The short side to a length, then the centre (torchvision's Resize and CenterCrop).</summary>
    [JsonStringEnumMemberName("shortSideCrop")] ShortSideCrop,
}

/// <summary>Pillow's resampling filters.</summary>
public enum ResizeFilter
{
    [JsonStringEnumMemberName("nearest")] Nearest,
    [JsonStringEnumMemberName("box")] Box,
    [JsonStringEnumMemberName("bilinear")] Bilinear,
    [JsonStringEnumMemberName("hamming")] Hamming,
    [JsonStringEnumMemberName("bicubic")] Bicubic,
    [JsonStringEnumMemberName("lanczos")] Lanczos,
}

/// <summary>Order of a tensor's axes.</summary>
public enum TensorLayout
{
    /// <summary>Batch, channel, row, column.</summary>
    [JsonStringEnumMemberName("nchw")] Nchw,

    /// <summary>Batch, row, column, channel.</summary>
    [JsonStringEnumMemberName("nhwc")] Nhwc,
}

/// <summary>Order of the colour channels.</summary>
public enum ChannelOrder
{
    [JsonStringEnumMemberName("rgb")] Rgb,
    [JsonStringEnumMemberName("bgr")] Bgr,
}

/// <summary>What the graph gives.</summary>
public sealed record ModelOutput
{
    /// <summary>Name of the output with the classes; null when the graph has only one.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the softmax is still to be done.</summary>
    public required OutputKind Kind { get; init; }

    /// <summary>The labels' file, in the manifest's folder.</summary>
    public string Labels { get; init; } = "labels.json";
}

/// <summary>What the numbers of an output are.</summary>
public enum OutputKind
{
    /// <summary>They sum to one.</summary>
    [JsonStringEnumMemberName("probabilities")] Probabilities,

    /// <summary>Logits: softmax makes probabilities of them.</summary>
    [JsonStringEnumMemberName("scores")] Scores,
}

/// <summary>An accuracy that somebody measured.</summary>
public sealed record Accuracy
{
    /// <summary>On which pictures.</summary>
    public required string Dataset { get; init; }

    /// <summary>Share of pictures whose first prediction is right, 0..1.</summary>
    public double? Top1 { get; init; }

    /// <summary>Share of pictures with the right class among the first five, 0..1.</summary>
    public double? Top5 { get; init; }

    /// <summary>Who says so.</summary>
    public required string Source { get; init; }
}

/// <summary>
/// Tensors of the graph beside the classes: what the network saw before it decided. Each may be any tensor of the graph, an output of it or not.
/// </summary>
public sealed record ModelFeatures
{
    /// <summary>Name of the last feature map, [batch, channels, rows, columns], before it is pooled or flattened.</summary>
    public string? Map { get; init; }

    /// <summary>Name of the globally averaged map, [batch, channels]; null where the graph has none.</summary>
    public string? Vector { get; init; }

    /// <summary>
    /// Name of the weights of the one dense layer after global average pooling, [channels, classes] or [classes, channels] (of as many as channels, the
    /// first); null where the network ends in another way. With them and the map a class activation map is exact. So it is without them where the
    /// map has a channel a class, whose averages are the scores.
    /// </summary>
    public string? ClassWeights { get; init; }

    /// <summary>Those that are named.</summary>
    internal IEnumerable<string> Outputs => new[] { Map, Vector, ClassWeights }.OfType<string>();
}
