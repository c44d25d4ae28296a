using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Architectures;

/// <summary>
/// InceptionV3: Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, "Rethinking the Inception Architecture for Computer Vision", 2015. Modules look at the same map through
/// several windows at once and put the answers side by side; 1 x 1 convolutions before the expensive ones keep the channels few, and an n x n window is taken apart
/// into 1 x n and n x 1. A mean over each channel replaces the large dense layers. Numbering and preprocessing are those of <c>keras.applications.inception_v3</c>.
/// </summary>
internal sealed class InceptionV3
{
    /// <summary>Keras's automatic names count the layers as they are made, from 1.</summary>
    private int _convolutions;
    private int _pools;

    public static Architecture Architecture { get; } = new(
        "inception-v3", Preprocessings.MinusOneToOne(side: 299), (rows, columns) => new InceptionV3().Draw(Figures.Image(rows, columns)))
    {
        HeadGain = 0.6,
        NamesAreCounted = true,
    };

    private LayerNode Draw(LayerNode image)
    {
        var x = Stem(image);
        x = Module5x5("mixed0", x, pooled: 32);
        x = Module5x5("mixed1", x, pooled: 64);
        x = Module5x5("mixed2", x, pooled: 64);
        x = Reduction3x3("mixed3", x);
        x = Module7x7("mixed4", x, bottleneck: 128);
        x = Module7x7("mixed5", x, bottleneck: 160);
        x = Module7x7("mixed6", x, bottleneck: 160);
        x = Module7x7("mixed7", x, bottleneck: 192);
        x = Reduction7x7("mixed8", x);
        x = ModuleSplit("mixed9", x);
        x = ModuleSplit("mixed10", x);
        return x.Then("avg_pool", new GlobalPooling(PoolingKind.Average)).Predictions();
    }

    /// <summary>299 x 299 x 3 to 35 x 35 x 192.</summary>
    private LayerNode Stem(LayerNode x)
    {
        x = Convolve(x, 32, 3, 3, strides: 2, Padding.Valid);
        x = Convolve(x, 32, 3, 3, padding: Padding.Valid);
        x = Convolve(x, 64, 3, 3);
        x = Halve(x);
        x = Convolve(x, 80, 1, 1, padding: Padding.Valid);
        x = Convolve(x, 192, 3, 3, padding: Padding.Valid);
        return Halve(x);
    }

    /// <summary>At 35 x 35: a 1 x 1, a 5 x 5, two 3 x 3 in a row, a mean.</summary>
    private LayerNode Module5x5(string name, LayerNode x, int pooled) => Side(
        name,
        Convolve(x, 64, 1, 1),
        Convolve(Convolve(x, 48, 1, 1), 64, 5, 5),
        Convolve(Convolve(Convolve(x, 64, 1, 1), 96, 3, 3), 96, 3, 3),
        Convolve(Mean(x), pooled, 1, 1));

    /// <summary>To 17 x 17.</summary>
    private LayerNode Reduction3x3(string name, LayerNode x) => Side(
        name,
        Convolve(x, 384, 3, 3, strides: 2, Padding.Valid),
        Convolve(Convolve(Convolve(x, 64, 1, 1), 96, 3, 3), 96, 3, 3, strides: 2, Padding.Valid),
        Halve(x));

    /// <summary>At 17 x 17: windows of 7 x 7, taken apart.</summary>
    private LayerNode Module7x7(string name, LayerNode x, int bottleneck) => Side(
        name,
        Convolve(x, 192, 1, 1),
        Convolve(Convolve(Convolve(x, bottleneck, 1, 1), bottleneck, 1, 7), 192, 7, 1),
        Convolve(Convolve(Convolve(Convolve(Convolve(x, bottleneck, 1, 1), bottleneck, 7, 1), bottleneck, 1, 7), bottleneck, 7, 1), 192, 1, 7),
        Convolve(Mean(x), 192, 1, 1));

    /// <summary>To 8 x 8.</summary>
    private LayerNode Reduction7x7(string name, LayerNode x) => Side(
        name,
        Convolve(Convolve(x, 192, 1, 1), 320, 3, 3, strides: 2, Padding.Valid),
        Convolve(Convolve(Convolve(Convolve(x, 192, 1, 1), 192, 1, 7), 192, 7, 1), 192, 3, 3, strides: 2, Padding.Valid),
        Halve(x));

    /// <summary>At 8 x 8: the parts of the 3 x 3 windows side by side, not in a row.</summary>
    private LayerNode ModuleSplit(string name, LayerNode x) => Side(
        name,
        Convolve(x, 320, 1, 1),
        Split($"{name}_3x3", Convolve(x, 384, 1, 1)),
        Split($"{name}_3x3dbl", Convolve(Convolve(x, 448, 1, 1), 384, 3, 3)),
        Convolve(Mean(x), 192, 1, 1));

    private LayerNode Split(string name, LayerNode x) => Side(name, Convolve(x, 384, 1, 3), Convolve(x, 384, 3, 1));

    private LayerNode Convolve(LayerNode x, int filters, int rows, int columns, int strides = 1, Padding? padding = null)
    {
        _convolutions++;
        return x
            .Then($"conv2d_{_convolutions}", new Convolution(filters, new(rows, columns))
            {
                Strides = Window.Of(strides),
                Padding = padding ?? Padding.Same,
                HasBias = false,
            })
            .Then($"batch_normalization_{_convolutions}", new BatchNormalization(Epsilon: 1e-3, HasScale: false, HasCenter: true) { Axis = 3 })
            .Then($"activation_{_convolutions}", new Activate { Activation = Activation.Relu });
    }

    private LayerNode Halve(LayerNode x) => x.MaxPool($"max_pooling2d_{++_pools}", window: 3, strides: 2);

    private LayerNode Mean(LayerNode x) =>
        x.Then($"average_pooling2d_{++_pools}", new Pooling(PoolingKind.Average, Window.Of(3)) { Padding = Padding.Same });

    private static LayerNode Side(string name, params IReadOnlyList<LayerNode> branches) => Figures.Join(name, new Concatenate(Axis: 3), branches);
}
