using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Classifier.Features;
using Serverless.Functions.Results;

namespace Serverless.Functions.ExtractFeatures;

/// <summary>What a network saw of an image before it decided.</summary>
public sealed record FeatureDocument
{
    /// <summary>The version of this layout.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>What was read.</summary>
    public required ResultImage Image { get; init; }

    /// <summary>Which network.</summary>
    public required ResultModel Model { get; init; }

    /// <summary>How the last feature map was pooled.</summary>
    [JsonConverter(typeof(LowerCasePooling))]
    public required PoolingKind Pooling { get; init; }

    /// <summary>Whether the vector has length 1.</summary>
    public required bool Normalized { get; init; }

    /// <summary>[channels], or [rows, columns, channels] without pooling.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>The numbers, the last axis the fastest.</summary>
    public required IReadOnlyList<float> Values { get; init; }

    /// <summary>Oddities of the image, in plain sentences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Where the time went.</summary>
    public required ResultTiming Timing { get; init; }

    internal static FeatureDocument Of(ImageFeatures features, FeatureRequest request) => new()
    {
        Image = ResultImage.Of(features.Image),
        Model = ResultModel.Of(features.Model),
        Pooling = request.Pooling,
        Normalized = request.Normalize,
        Shape = features.Shape,
        Values = features.Values,
        Warnings = features.Image.Warnings,
        Timing = ResultTiming.Of(features.Timing),
    };
}

internal sealed class LowerCasePooling() : JsonStringEnumConverter<PoolingKind>(JsonNamingPolicy.CamelCase);
