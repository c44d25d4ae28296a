using Serverless.ModelTool.Architectures;

namespace Serverless.ModelTool.Conversion;

/// <summary>An architecture with weights whose shapes fit together.</summary>
/// <param name="Name">The architecture's name.</param>
/// <param name="Height">Of the input, in pixels.</param>
/// <param name="Width">Of the input, in pixels.</param>
/// <param name="ClassCount">Outputs of the last layer.</param>
/// <param name="Layers">From the image to the probabilities.</param>
internal sealed record Network(string Name, int Height, int Width, int ClassCount, IReadOnlyList<BoundLayer> Layers);

/// <summary>A layer with its weights.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Kernel">Its kernel in the graph's layout; null without weights.</param>
/// <param name="Bias">Its bias; null without weights.</param>
internal sealed record BoundLayer(Layer Layer, WeightTensor? Kernel = null, WeightTensor? Bias = null);
