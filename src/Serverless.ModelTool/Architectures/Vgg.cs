using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Architectures;

/// <summary>
/// VGG16 and VGG19, configurations D and E of Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014: nothing but
/// 3 x 3 convolutions, five times halved. Layer names and preprocessing are those of <c>keras.applications</c>.
/// </summary>
internal static class Vgg
{
    public static Architecture Vgg16 { get; } = Named("vgg16", [2, 2, 3, 3, 3]);

    public static Architecture Vgg19 { get; } = Named("vgg19", [2, 2, 4, 4, 4]);

    private static Architecture Named(string name, int[] convolutions) => new(name, Preprocessings.Caffe(side: 224), (rows, columns) =>
        Figures.Image(rows, columns)
            .Block("block1", filters: 64, convolutions[0])
            .Block("block2", filters: 128, convolutions[1])
            .Block("block3", filters: 256, convolutions[2])
            .Block("block4", filters: 512, convolutions[3])
            .Block("block5", filters: 512, convolutions[4])
            .Then("flatten", new Flatten())
            .FullyConnected("fc1", 4096)
            .FullyConnected("fc2", 4096)
            .Predictions())
    {
        HeadGain = 0.02,
    };

    private static LayerNode Block(this LayerNode x, string name, int filters, int convolutions) =>
        Enumerable.Range(1, convolutions)
            .Aggregate(x, (map, number) => map.Then($"{name}_conv{number}", new Convolution(filters, Window.Of(3))
            {
                Padding = Padding.Same,
                Activation = Activation.Relu,
            }))
            .MaxPool($"{name}_pool", window: 2, strides: 2);
}
