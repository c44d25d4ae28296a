namespace Serverless.Classifier.Ranking;

/// <summary>One class that the network named.</summary>
/// <param name="Rank">1 for the most probable.</param>
/// <param name="Index">Index of the class in the network's output, from 0.</param>
/// <param name="ClassId">The label file's identifier of the class, for ImageNet the WordNet id (<c>n02978881</c>); null where labels have none.</param>
/// <param name="Label">The name of the class (<c>cassette</c>).</param>
/// <param name="Probability">0..1.</param>
public sealed record Prediction(int Rank, int Index, string? ClassId, string Label, float Probability);
