using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Architectures;

/// <summary>
/// AlexNet as torchvision has it: Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014, the one-column form of the network of 2012.
/// Large windows with large strides first, overlapping pools, two thirds of the parameters in the first dense layer.
/// </summary>
internal static class AlexNet
{
    public static Architecture Architecture { get; } = new("alexnet", Preprocessings.Torchvision(), (rows, columns) =>
        Figures.Image(rows, columns)
            .Convolve("conv1", filters: 64, window: 11, padding: 2, strides: 4)
            .MaxPool("pool1", window: 3, strides: 2)
            .Convolve("conv2", filters: 192, window: 5, padding: 2)
            .MaxPool("pool2", window: 3, strides: 2)
            .Convolve("conv3", filters: 384, window: 3, padding: 1)
            .Convolve("conv4", filters: 256, window: 3, padding: 1)
            .Convolve("conv5", filters: 256, window: 3, padding: 1)
            .MaxPool("pool5", window: 3, strides: 2)
            .Then("flatten", new Flatten(ChannelsFirst: true))
            .FullyConnected("fc6", 4096)
            .FullyConnected("fc7", 4096)
            .Predictions())
    {
        HeadGain = 0.5,
    };

    private static LayerNode Convolve(this LayerNode x, string name, int filters, int window, int padding, int strides = 1) =>
        x.Then(name, new Convolution(filters, Window.Of(window))
        {
            Padding = Padding.Of(padding),
            Strides = Window.Of(strides),
            Activation = Activation.Relu,
        });
}
