namespace Serverless.Classifier.Inference;

/// <summary>What a run gave for one image.</summary>
/// <param name="Classes">One number a class, as the graph gives them.</param>
/// <param name="Features">The further tensors that were asked for, in that order; their shapes are without the batch.</param>
internal sealed record NetworkAnswer(float[] Classes, IReadOnlyList<OutputTensor> Features);
