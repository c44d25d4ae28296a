namespace Serverless.Classifier.Inference;

/// <summary>What a graph gave out.</summary>
/// <param name="Shape">Lengths of the axes, the slowest first.</param>
/// <param name="Values">In that order.</param>
internal sealed record OutputTensor(int[] Shape, float[] Values);
