using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Architectures;

/// <summary>
/// ResNet50: He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", 2015. Each block adds to its input what three convolutions make of it: 1 x 1 to
/// fewer channels (the bottleneck), 3 x 3, 1 x 1 to four times as many. Layer names, the stride on the first 1 x 1, and preprocessing are those of
/// <c>keras.applications.resnet</c>.
/// </summary>
internal static class ResNet50
{
    public static Architecture Architecture { get; } = new("resnet50", Preprocessings.Caffe(side: 224), (rows, columns) =>
        Figures.Image(rows, columns)
            .Stem()
            .Stage("conv2", filters: 64, blocks: 3, strides: 1)
            .Stage("conv3", filters: 128, blocks: 4, strides: 2)
            .Stage("conv4", filters: 256, blocks: 6, strides: 2)
            .Stage("conv5", filters: 512, blocks: 3, strides: 2)
            .Then("avg_pool", new GlobalPooling(PoolingKind.Average))
            .Predictions())
    {
        HeadGain = 0.00001,
    };

    private static LayerNode Stem(this LayerNode image) => image
        .Then("conv1_pad", new ZeroPadding(Sides.Of(3)))
        .Convolve("conv1", filters: 64, window: 7, strides: 2)
        .Relu("conv1_relu")
        .Then("pool1_pad", new ZeroPadding(Sides.Of(1)))
        .MaxPool("pool1_pool", window: 3, strides: 2);

    private static LayerNode Stage(this LayerNode x, string name, int filters, int blocks, int strides) =>
        Enumerable.Range(2, blocks - 1).Aggregate(
            x.Bottleneck($"{name}_block1", filters, strides, changesShape: true),
            (map, number) => map.Bottleneck($"{name}_block{number}", filters, strides: 1, changesShape: false));

    /// <summary>A residual block; where the shape changes, a 1 x 1 convolution brings the input along.</summary>
    private static LayerNode Bottleneck(this LayerNode x, string name, int filters, int strides, bool changesShape)
    {
        var shortcut = changesShape ? x.Convolve($"{name}_0", 4 * filters, window: 1, strides) : x;
        var residual = x
            .Convolve($"{name}_1", filters, window: 1, strides).Relu($"{name}_1_relu")
            .Convolve($"{name}_2", filters, window: 3).Relu($"{name}_2_relu")
            .Convolve($"{name}_3", 4 * filters, window: 1);
        return Figures.Join($"{name}_add", new Merge(MergeKind.Add), shortcut, residual).Relu($"{name}_out");
    }

    private static LayerNode Convolve(this LayerNode x, string name, int filters, int window, int strides = 1) => x
        .Then($"{name}_conv", new Convolution(filters, Window.Of(window)) { Strides = Window.Of(strides), Padding = window == 3 ? Padding.Same : Padding.Valid })
        .Then($"{name}_bn", new BatchNormalization(Epsilon: 1.001e-5, HasScale: true, HasCenter: true) { Axis = 3 });

    private static LayerNode Relu(this LayerNode x, string name) => x.Then(name, new Activate { Activation = Activation.Relu });
}
