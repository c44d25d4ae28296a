using Serverless.Classifier.Imaging;

namespace Serverless.Classifier.Features;

/// <summary>Which features of an image are wanted.</summary>
public sealed record FeatureRequest
{
    /// <summary>Name of the model; null for the default one.</summary>
    public string? Model { get; init; }

    /// <summary>How the last feature map is pooled.</summary>
    public PoolingKind Pooling { get; init; }

    /// <summary>Whether the vector is divided by its Euclidean length; not with <see cref="PoolingKind.None"/>.</summary>
    public bool Normalize { get; init; }

    /// <summary>How long to wait for a model that is still loading; see <see cref="ClassificationRequest.LoadPatience"/>.</summary>
    public TimeSpan LoadPatience { get; init; } = Timeout.InfiniteTimeSpan;
}

/// <summary>What a network saw of an image before it decided.</summary>
/// <param name="Image">What was read.</param>
/// <param name="Model">Which network.</param>
/// <param name="Shape">[channels], or [rows, columns, channels] without pooling: Keras's order.</param>
/// <param name="Values">The numbers, the last axis the fastest.</param>
/// <param name="Timing">Where the time went.</param>
public sealed record ImageFeatures(
    ImageFacts Image, ModelIdentity Model, IReadOnlyList<int> Shape, IReadOnlyList<float> Values, ClassificationTiming Timing);
