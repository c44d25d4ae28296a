namespace Serverless.Classifier.Explanation;

/// <summary>What is to be explained, and how.</summary>
public sealed record ExplanationRequest
{
    /// <summary>The method; null takes <see cref="ExplanationMethod.Cam"/> where the model offers it, else <see cref="ExplanationMethod.Occlusion"/>.</summary>
    public ExplanationMethod? Method { get; init; }

    /// <summary>The class: its index in the network's output, its identifier or its label; null for the most probable one.</summary>
    public string? Class { get; init; }
}
