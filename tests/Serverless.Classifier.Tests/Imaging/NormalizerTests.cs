using Serverless.Classifier.Imaging;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>The table of values against the formula, written out for each pixel.</summary>
public sealed class NormalizerTests
{
    public static TheoryData<TensorLayout, ChannelOrder> Orders => new MatrixTheoryData<TensorLayout, ChannelOrder>(
        Enum.GetValues<TensorLayout>(), Enum.GetValues<ChannelOrder>());

    [Theory]
    [MemberData(nameof(Orders))]
    public void EveryValueIsThatOfTheFormulaInItsPlace(TensorLayout layout, ChannelOrder channels)
    {
        const int width = 31, height = 17;
        var random = new Random(7);
        var rgb = new byte[width * height * 3];
        random.NextBytes(rgb);
        var input = Input(width, height, channels, 255, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
        var tensor = new float[rgb.Length];
        Normalizer.Normalize(rgb, input, layout, tensor);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var channel = 0; channel < 3; channel++)
                {
                    var value = (float)rgb[(y * width + x) * 3 + (channels == ChannelOrder.Rgb ? channel : 2 - channel)];
                    value = (float)(value / input.Scale);
                    value = (float)(value - input.Mean[channel]);
                    value = (float)(value / input.Std[channel]);
                    var at = layout == TensorLayout.Nchw ? (channel * height + y) * width + x : (y * width + x) * 3 + channel;
                    Assert.Equal(value, tensor[at]);
                }
    }

    /// <summary>Blue first, no scaling: the mode "caffe" of <c>preprocess_input</c>.</summary>
    [Fact]
    public void TheStepsAreThoseOfKeras()
    {
        var tensor = new float[3];
        Normalizer.Normalize([10, 20, 30], Input(1, 1, ChannelOrder.Bgr, 1, [103.939f, 116.779f, 123.68f], [1, 1, 1]), TensorLayout.Nhwc, tensor);
        Assert.Equal([30 - 103.939f, 20 - 116.779f, 10 - 123.68f], tensor);
    }

    private static ModelInput Input(int width, int height, ChannelOrder channels, float scale, float[] mean, float[] std) => new()
    {
        Width = width,
        Height = height,
        Channels = channels,
        Scale = scale,
        Mean = mean,
        Std = std,
        Resize = new Resize { Mode = ResizeMode.Squash, Filter = ResizeFilter.Nearest },
    };
}
