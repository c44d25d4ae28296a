namespace Serverless.Classifier.Inference.Graphs;

/// <summary>Weights of a graph that lie in a file beside it.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="DataType">What its numbers are, as onnx.proto counts types.</param>
/// <param name="Shape">Lengths of its axes.</param>
/// <param name="Location">The file, relative to the model's folder.</param>
/// <param name="Offset">Where they begin, in bytes.</param>
/// <param name="Length">How long they are, in bytes.</param>
internal sealed record ExternalTensor(string Name, int DataType, IReadOnlyList<long> Shape, string Location, long Offset, long Length);
