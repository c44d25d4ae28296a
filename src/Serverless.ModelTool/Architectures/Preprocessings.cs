using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Architectures;

/// <summary>How pictures become the input of the known networks, said as a manifest says it.</summary>
/// <remarks>
/// Keras's are those of <c>keras.utils.load_img</c> and <c>keras.applications.imagenet_utils.preprocess_input</c> (Keras 3, commit 3422977a).
/// </remarks>
internal static class Preprocessings
{
    /// <summary>The name of no preprocessing at all.</summary>
    public const string RawName = "raw";

    /// <summary>What can be asked for.</summary>
    public static IEnumerable<string> Names => [.. KnownArchitectures.Names, RawName];

    /// <summary>The preprocessing of a known network, for an input of any size.</summary>
    /// <exception cref="ModelToolException">There is none of this name.</exception>
    public static ModelInput Named(string name, int height, int width)
    {
        if (name != RawName && !KnownArchitectures.Names.Contains(name))
        {
            throw new ModelToolException($"The preprocessing '{name}' is not known. Known: {string.Join(", ", Names)}.");
        }

        var published = name == RawName ? Raw(height) : KnownArchitectures.Get(name).Input;
        return published with
        {
            Height = height,
            Width = width,
            // Where the centre is cut out, it stays as large a part of the picture.
            Resize = published.Resize with { ShortSide = published.Resize.ShortSide * Math.Max(height, width) / published.Height },
        };
    }

    /// <summary>
    /// The known network that one of Keras's own shares its preprocessing with, by the name that Keras gives the model; null for others. Of the networks
    /// whose <c>preprocess_input</c> has the mode "tf" or "caffe"; EfficientNet and MobileNetV3 prepare their pictures themselves.
    /// </summary>
    public static string? OfKerasModel(string name) => name switch
    {
        "vgg16" or "vgg19" or "resnet50" => name,
        "resnet101" or "resnet152" => "resnet50",
        "inception_v3" or "inception_resnet_v2" or "xception" or "NASNet" or "resnet50v2" or "resnet101v2" or "resnet152v2" => "inception-v3",
        _ when name.StartsWith("mobilenet_", StringComparison.Ordinal) || name.StartsWith("mobilenetv2_", StringComparison.Ordinal) => "inception-v3",
        _ => null,
    };

    /// <summary>Mode "caffe": BGR minus ImageNet's mean colour, values as they are.</summary>
    /// <param name="side">Height and width in pixels.</param>
    public static ModelInput Caffe(int side) => Squashed(side) with { Channels = ChannelOrder.Bgr, Mean = [103.939f, 116.779f, 123.68f] };

    /// <summary>Mode "tf": RGB from -1 to 1.</summary>
    /// <param name="side">Height and width in pixels.</param>
    public static ModelInput MinusOneToOne(int side) => Squashed(side) with { Scale = 127.5f, Mean = [1, 1, 1] };

    /// <summary>RGB from 0 to 255, for networks that do the rest themselves.</summary>
    /// <param name="side">Height and width in pixels.</param>
    public static ModelInput Raw(int side) => Squashed(side);

    /// <summary>
    /// torchvision's evaluation transform: short side to 256, the centre, RGB in units of ImageNet's standard deviations
    /// (https://docs.pytorch.org/vision/stable/models.html).
    /// </summary>
    public static ModelInput Torchvision() => new()
    {
        Width = 224,
        Height = 224,
        Channels = ChannelOrder.Rgb,
        Scale = 255,
        Mean = [0.485f, 0.456f, 0.406f],
        Std = [0.229f, 0.224f, 0.225f],
        Resize = new() { Mode = ResizeMode.ShortSideCrop, Filter = ResizeFilter.Bilinear, ShortSide = 256 },
    };

    private static ModelInput Squashed(int side) => new()
    {
        Width = side,
        Height = side,
        Channels = ChannelOrder.Rgb,
        Resize = new() { Mode = ResizeMode.Squash, Filter = ResizeFilter.Nearest },
    };
}
