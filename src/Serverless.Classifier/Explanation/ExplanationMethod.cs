using System.Text.Json.Serialization;

namespace Serverless.Classifier.Explanation;

/// <summary>How it is found out where a network looked.</summary>
public enum ExplanationMethod
{
    /// <summary>
    /// Class activation map: exact, from the very run that classified, for networks that end in global average pooling and at most one dense layer
    /// (Zhou et al., "Learning Deep Features for Discriminative Localization", 2016).
    /// </summary>
    [JsonStringEnumMemberName("cam")] Cam,

    /// <summary>
    /// Occlusion sensitivity: how much less probable a class gets when a part of the picture is covered; for every network, at the cost of
    /// a run for each covered picture (Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014).
    /// </summary>
    [JsonStringEnumMemberName("occlusion")] Occlusion,
}
