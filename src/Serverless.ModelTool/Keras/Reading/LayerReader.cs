using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Keras.Reading;

/// <summary>What each of Keras's layers does, by the name of its class.</summary>
internal static class LayerReader
{
    /// <summary>Layers that act only in training, or on sizes and types that are known here anyway.</summary>
    private static readonly HashSet<string> Identities =
    [
        "Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization", "Identity",
        "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness", "RandomHeight", "RandomWidth",
        "RandomShear", "RandomPerspective", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomSaturation", "RandomSharpness",
        "RandomColorJitter", "RandomColorDegeneration", "RandomPosterization", "RandomInvert", "RandomErasing", "RandomElasticTransform",
        "AutoContrast", "AugMix", "CutMix", "MixUp", "RandAugment", "Cast",
    ];

    /// <summary>Reads a layer.</summary>
    /// <exception cref="ModelToolException">Its class is not known, or it is set to something that cannot be done.</exception>
    public static Layer Read(LayerConfig layer, Call call) => layer.ClassName switch
    {
        "Conv2D" or "Convolution2D" => new Convolution(layer.Number("filters"), layer.Pair("kernel_size"))
        {
            Strides = layer.Pair("strides", Window.One),
            Dilation = layer.Pair("dilation_rate", Window.One),
            Padding = ChannelsLast(layer).Padding(),
            Groups = layer.Number("groups", 1),
            HasBias = layer.Flag("use_bias", true),
            Activation = ActivationReader.Read(layer),
        },
        "DepthwiseConv2D" => new DepthwiseConvolution(layer.Number("depth_multiplier", 1), layer.Pair("kernel_size"))
        {
            Strides = layer.Pair("strides", Window.One),
            Dilation = layer.Pair("dilation_rate", Window.One),
            Padding = ChannelsLast(layer).Padding(),
            HasBias = layer.Flag("use_bias", true),
            Activation = ActivationReader.Read(layer),
        },
        "SeparableConv2D" or "SeparableConvolution2D" => new SeparableConvolution(
            layer.Number("filters"), layer.Number("depth_multiplier", 1), layer.Pair("kernel_size"))
        {
            Strides = layer.Pair("strides", Window.One),
            Dilation = layer.Pair("dilation_rate", Window.One),
            Padding = ChannelsLast(layer).Padding(),
            HasBias = layer.Flag("use_bias", true),
            Activation = ActivationReader.Read(layer),
        },
        "Dense" => new Dense(layer.Number("units")) { HasBias = layer.Flag("use_bias", true), Activation = ActivationReader.Read(layer) },
        "BatchNormalization" or "SyncBatchNormalization" => BatchNormalization(layer),
        "Normalization" => Normalization(layer),
        "Rescaling" => new Affine(layer.Reals("scale") ?? throw layer.Refused("lacks 'scale': the file is damaged"), layer.Reals("offset") ?? [0]),
        "MaxPooling2D" or "MaxPool2D" => Pooling(layer, PoolingKind.Max),
        "AveragePooling2D" or "AvgPool2D" => Pooling(layer, PoolingKind.Average),
        "GlobalMaxPooling2D" or "GlobalMaxPool2D" => new GlobalPooling(PoolingKind.Max, ChannelsLast(layer).Flag("keepdims", false)),
        "GlobalAveragePooling2D" or "GlobalAvgPool2D" => new GlobalPooling(PoolingKind.Average, ChannelsLast(layer).Flag("keepdims", false)),
        "Flatten" => new Flatten(),
        "Reshape" => new Reshape(layer.Numbers("target_shape", least: -1)),
        "Permute" => new Permute(layer.Numbers("dims", least: 1)),
        "ZeroPadding2D" => new ZeroPadding(ChannelsLast(layer).Margins("padding")),
        "Cropping2D" => new Cropping(ChannelsLast(layer).Margins("cropping")),
        "UpSampling2D" => UpSampling(layer),
        "Concatenate" => new Concatenate(layer.Axis("axis", -1)),
        "Maximum" => new Merge(MergeKind.Maximum),
        "Minimum" => new Merge(MergeKind.Minimum),
        "Average" => new Merge(MergeKind.Average),
        "Activation" => new Activate { Activation = ActivationReader.Read(layer) },
        "ReLU" => ReLU(layer),
        "LeakyReLU" => new Activate { Activation = new Rectified(layer.Real("negative_slope", layer.Real("alpha", 0.3))) },
        "PReLU" => new ParametricRelu(layer.Value("shared_axes") is null ? [] : layer.Numbers("shared_axes", least: 1)),
        "ELU" => new Activate { Activation = new Exponential(layer.Real("alpha", 1)) },
        "Softmax" => Softmax(layer),
        _ when Identities.Contains(layer.ClassName) => new Identity(),
        _ => OperationReader.Read(layer, call) ?? throw new ModelToolException(
            $"Layer '{layer.Name}' is a {layer.ClassName}, which cannot be converted. A model with other layers can: conversion knows those of Keras's image classifiers "
            + "(convolutions, pooling, dense, normalisation, activations, merging, reshaping, preprocessing and augmentation)."),
    };

    private static LayerConfig ChannelsLast(LayerConfig layer)
    {
        layer.ExpectChannelsLast();
        return layer;
    }

    private static BatchNormalization BatchNormalization(LayerConfig layer) =>
        new(layer.Real("epsilon", 1e-3), layer.Flag("scale", true), layer.Flag("center", true)) { Axis = layer.Axis("axis", -1) };

    private static Normalization Normalization(LayerConfig layer)
    {
        if (layer.Flag("invert", false))
        {
            throw layer.Refused("is inverted, which is not known");
        }

        return layer.Axis("axis", -1) is not (-1 or 3) and var axis
            ? throw layer.Refused($"normalises along axis {axis}; only the channels can be")
            : new(layer.Reals("mean"), layer.Reals("variance"));
    }

    private static Pooling Pooling(LayerConfig layer, PoolingKind kind)
    {
        var window = ChannelsLast(layer).Pair("pool_size", Window.Of(2));
        return new(kind, window) { Strides = layer.Pair("strides", window), Padding = layer.Padding() };
    }

    private static UpSampling UpSampling(LayerConfig layer) => new(
        ChannelsLast(layer).Pair("size", Window.Of(2)),
        (layer.Text("interpolation") ?? "nearest") switch
        {
            "nearest" => false,
            "bilinear" => true,
            var other => throw layer.Refused($"interpolates by '{other}'; 'nearest' and 'bilinear' are possible"),
        });

    private static Activate ReLU(LayerConfig layer) => layer.Real("threshold", 0) != 0
        ? throw layer.Refused("has a threshold, which is not known")
        : new() { Activation = new Rectified(layer.Real("negative_slope", 0), layer.Value("max_value") is null ? null : layer.Real("max_value")) };

    private static Activate Softmax(LayerConfig layer) => new() { Activation = new Softmax(layer.Axis("axis", -1)) };
}
