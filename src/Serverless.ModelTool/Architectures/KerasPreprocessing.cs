using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Architectures;

/// <summary>
/// How <c>keras.utils.load_img</c> and <c>keras.applications.imagenet_utils.preprocess_input</c> make a network's input (Keras 3, commit
/// 3422977a), said as a manifest says it.
/// </summary>
internal static class KerasPreprocessing
{
    /// <summary>Mode "caffe": BGR minus ImageNet's mean colour, values as they are.</summary>
    /// <param name="side">Height and width in pixels.</param>
    public static ModelInput Caffe(int side) => new()
    {
        Width = side,
        Height = side,
        Channels = ChannelOrder.Bgr,
        Mean = [103.939f, 116.779f, 123.68f],
        Resize = new() { Mode = ResizeMode.Squash, Filter = ResizeFilter.Nearest },
    };
}
