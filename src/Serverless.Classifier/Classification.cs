using Serverless.Classifier.Explanation;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Ranking;

namespace Serverless.Classifier;

/// <summary>What to do with an image.</summary>
public sealed record ClassificationRequest
{
    /// <summary>The fewest predictions that can be asked for.</summary>
    public const int MinTop = 1;

    /// <summary>The most predictions that can be asked for.</summary>
    public const int MaxTop = 100;

    /// <summary>Name of the model; null for the default one.</summary>
    public string? Model { get; init; }

    /// <summary>How many predictions, from <see cref="MinTop"/> to <see cref="MaxTop"/>; a model with fewer classes gives all it has.</summary>
    public int Top { get; init; } = 5;

    /// <summary>Whether and how to find out where the network looked; null for no explanation.</summary>
    public ExplanationRequest? Explain { get; init; }

    /// <summary>
    /// How long to wait for a model that is still loading before the request fails with <c>model_loading</c>;
    /// <see cref="Timeout.InfiniteTimeSpan"/> waits for as long as it takes.
    /// </summary>
    public TimeSpan LoadPatience { get; init; } = Timeout.InfiniteTimeSpan;
}

/// <summary>The answer for one image.</summary>
/// <param name="Image">What was read.</param>
/// <param name="Model">Which network answered.</param>
/// <param name="Predictions">Highest probability first.</param>
/// <param name="Timing">Where the time went.</param>
/// <param name="Explanation">Where the network looked; null where nobody asked.</param>
public sealed record Classification(
    ImageFacts Image, ModelIdentity Model, IReadOnlyList<Prediction> Predictions, ClassificationTiming Timing, ClassExplanation? Explanation = null);

/// <summary>Which network answered.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sha256">Lower-case hexadecimal SHA-256 of its graph file, which names its weights' SHA-256 where they lie in a file of their own.</param>
public sealed record ModelIdentity(string Name, string Sha256);

/// <summary>Where the time of one classification went.</summary>
/// <param name="Decode">From encoded bytes to the tensor.</param>
/// <param name="Inference">The run of the network that the image was part of, from its tensors to its output.</param>
public sealed record ClassificationTiming(TimeSpan Decode, TimeSpan Inference);
