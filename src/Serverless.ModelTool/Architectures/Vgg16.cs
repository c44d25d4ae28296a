namespace Serverless.ModelTool.Architectures;

/// <summary>
/// VGG16, configuration D of Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014, with the layer
/// names and the preprocessing of <c>keras.applications.vgg16</c>.
/// </summary>
internal static class Vgg16
{
    public static Architecture Architecture { get; } = new(
        "vgg16",
        KerasPreprocessing.Caffe(side: 224),
        [
            .. Block("block1", filters: 64, convolutions: 2),
            .. Block("block2", filters: 128, convolutions: 2),
            .. Block("block3", filters: 256, convolutions: 3),
            .. Block("block4", filters: 512, convolutions: 3),
            .. Block("block5", filters: 512, convolutions: 3),
            .. Classifier(hidden: 4096, classes: 1000),
        ]);

    private static IEnumerable<Layer> Block(string name, int filters, int convolutions) =>
    [
        .. Enumerable.Range(1, convolutions).Select(number => new Convolution($"{name}_conv{number}", filters, Kernel: 3)),
        new MaxPool($"{name}_pool", Window: 2),
    ];

    private static IEnumerable<Layer> Classifier(int hidden, int classes) =>
    [
        new Flatten("flatten"),
        new Dense("fc1", hidden, Activation.Relu),
        new Dense("fc2", hidden, Activation.Relu),
        new Dense("predictions", classes, Activation.Softmax),
    ];
}
