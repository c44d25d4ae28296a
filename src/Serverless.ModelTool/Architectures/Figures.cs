using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Architectures;

/// <summary>The words in which the architectures are drawn.</summary>
internal static class Figures
{
    /// <summary>Where every network begins.</summary>
    public static LayerNode Image(int rows, int columns) => new(new Input(rows, columns), At("input"), []);

    /// <summary>One layer follows another.</summary>
    public static LayerNode Then(this LayerNode x, string name, Layer layer) => new(layer, At(name), [x]);

    /// <summary>Several branches meet.</summary>
    public static LayerNode Join(string name, Layer layer, params IReadOnlyList<LayerNode> branches) => new(layer, At(name), branches);

    /// <summary>A fully connected layer and its ReLU.</summary>
    public static LayerNode FullyConnected(this LayerNode x, string name, int units) => x.Then(name, new Dense(units) { Activation = Activation.Relu });

    /// <summary>The last layer: a probability for each of ImageNet's thousand classes.</summary>
    public static LayerNode Predictions(this LayerNode x) => x.Then("predictions", new Dense(1000) { Activation = Activation.Softmax });

    /// <summary>The maximum of each window.</summary>
    public static LayerNode MaxPool(this LayerNode x, string name, int window, int strides) =>
        x.Then(name, new Pooling(PoolingKind.Max, Window.Of(window)) { Strides = Window.Of(strides) });

    private static LayerAddress At(string name) => new([name]);
}
