using Serverless.Classifier.Models;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Architectures;

/// <summary>A network whose weight files come without their topology.</summary>
/// <param name="Name">As it is asked for on the command line.</param>
/// <param name="Input">What it takes when a manifest does not say otherwise.</param>
/// <param name="Figure">Draws the network for an input of so many rows and columns; the last layer comes back.</param>
internal sealed record Architecture(string Name, ModelInput Input, Func<int, int, LayerNode> Figure)
{
    /// <summary>
    /// What the kernel of the last layer is multiplied with when weights come from a formula: with 1 the softmax would give one class everything.
    /// </summary>
    public required double HeadGain { get; init; }

    /// <summary>
    /// Whether Keras numbered the layers as they were made (<c>conv2d_17</c>): a file from a program that had made others before starts with another number.
    /// </summary>
    public bool NamesAreCounted { get; init; }

    /// <summary>The layers for an input of this size.</summary>
    public LayerNode Build(int height, int width) => Figure(height, width);

    /// <summary>The layers for the published size.</summary>
    public LayerNode Build() => Build(Input.Height, Input.Width);
}
