using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Architectures;

/// <summary>A network whose weight files come without their topology.</summary>
/// <param name="Name">As it is asked for on the command line.</param>
/// <param name="Input">What it takes when a manifest does not say otherwise.</param>
/// <param name="Layers">From the image to the probabilities.</param>
internal sealed record Architecture(string Name, ModelInput Input, IReadOnlyList<Layer> Layers)
{
    /// <summary>Channels of the input image.</summary>
    public const int ImageChannels = 3;

    /// <summary>The layers that have weights.</summary>
    public IEnumerable<Layer> WeightedLayers => Layers.Where(layer => layer is Convolution or Dense);
}
