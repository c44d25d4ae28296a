using Microsoft.ML.OnnxRuntime;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Conversion;
using Serverless.ModelTool.Conversion.Lowering;
using Serverless.ModelTool.Conversion.Passes;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Tests.Conversion;

/// <summary>Every layer, in small, as ONNX Runtime computes its graph and as <see cref="SlowKeras"/> does.</summary>
public sealed class LoweringTests : IDisposable
{
    private const int Rows = 11;
    private const int Columns = 8;
    private static readonly FormulaWeights Weights = new(Vgg.Vgg16, seed: 5);
    private static readonly Dictionary<string, Func<LayerNode, LayerNode>> NetworksByName = new()
    {
        ["convolution"] = x => x.Then("a", new Convolution(4, new(3, 2))),
        ["convolution, same"] = x => x.Then("a", new Convolution(4, new(4, 3)) { Padding = Padding.Same }),
        ["convolution, same, strides"] = x => x.Then("a", new Convolution(4, Window.Of(3)) { Padding = Padding.Same, Strides = new(2, 3) }),
        ["convolution, same, strides beyond the window"] = x => x.Then("a", new Convolution(4, Window.Of(2)) { Padding = Padding.Same, Strides = Window.Of(3) }),
        ["convolution, valid, strides"] = x => x.Then("a", new Convolution(4, Window.Of(3)) { Strides = new(3, 2) }),
        ["convolution, dilated"] = x => x.Then("a", new Convolution(4, Window.Of(3)) { Dilation = new(2, 3) }),
        ["convolution, dilated, same"] = x => x.Then("a", new Convolution(4, Window.Of(3)) { Dilation = new(3, 2), Padding = Padding.Same }),
        ["convolution, groups"] = x => x.Wide().Then("a", new Convolution(9, Window.Of(3)) { Groups = 3, HasBias = false }),
        ["depthwise"] = x => x.Then("a", new DepthwiseConvolution(1, Window.Of(3)) { Padding = Padding.Same, Strides = Window.Of(2) }),
        ["depthwise, multiplied"] = x => x.Then("a", new DepthwiseConvolution(3, new(2, 3))),
        ["depthwise, multiplied, normalised"] = x => x.Then("a", new DepthwiseConvolution(2, new(2, 3)) { HasBias = false }).Normalise(),
        ["separable"] = x => x.Then("a", new SeparableConvolution(5, 2, Window.Of(3)) { Padding = Padding.Same, Activation = Activation.Relu }),
        ["separable, normalised"] = x => x.Then("a", new SeparableConvolution(5, 1, Window.Of(3)) { HasBias = false }).Normalise(),
        ["dense on a map"] = x => x.Then("a", new Dense(5) { Activation = Activation.Softmax }),
        ["dense on other ranks"] = x => x.Then("r", new Reshape([Rows * Columns, 3])).Then("a", new Dense(5)),
        ["convolution, normalised"] = x => x.Wide().Normalise(),
        ["convolution, normalised twice"] = x => x.Wide().Normalise("n1").Normalise("n2"),
        ["convolution, normalised without scale and centre"] = x => x.Wide().Then("n", new BatchNormalization(1e-2, HasScale: false, HasCenter: false)),
        ["convolution that two take, normalised for one"] = x => x.Wide().Twice(wide => wide.Normalise()),
        ["normalised image"] = x => x.Normalise(),
        ["normalised image, then convolution with zeros around"] = x => x.Normalise().Then("a", new Convolution(4, Window.Of(3)) { Padding = Padding.Same }),
        ["dense, normalised"] = x => x.Then("f", new Flatten()).Then("d", new Dense(6)).Normalise(),
        ["flattened, normalised, dense"] = x => x.Then("f", new Flatten()).Normalise().Then("d", new Dense(6)),
        ["flattened, activated, dense"] = x => x.Then("f", new Flatten()).Then("t", new Activate { Activation = new Gated(Activation.Sigmoid) }).Then("d", new Dense(6)),
        ["flattened, softmax"] = x => x.Then("f", new Flatten()).Then("s", new Activate { Activation = Activation.Softmax }),
        ["flattened and joined"] = x => Figures.Join("j", new Concatenate(-1), x.Then("f", new Flatten()), x.Wide().Then("g", new Flatten())).Then("d", new Dense(4)),
        ["flattened, reshaped"] = x => x.Then("f", new Flatten()).Then("r", new Reshape([Columns, Rows, 3])),
        ["reshaped"] = x => x.Then("r", new Reshape([Columns, -1, 3])),
        ["reshaped from one place"] = x => x.Wide().Then("g", new GlobalPooling(PoolingKind.Average)).Then("r", new Reshape([1, 1, 6])).Then("a", new Dense(3)),
        ["permuted"] = x => x.Then("p", new Permute([3, 1, 2])),
        ["permuted rows and columns"] = x => x.Then("p", new Permute([2, 1, 3])).Wide(),
        ["normalisation"] = x => x.Then("n", new Normalization([0.1, 0.2, 0.3], [1, 4, 0.5])),
        ["rescaled, then normalised"] = x => x.Then("s", new Affine([0.5], [-1])).Then("n", new Normalization([0.1, 0.2, 0.3], [1, 4, 0.5])),
        ["maximum pooling"] = x => x.Then("p", new Pooling(PoolingKind.Max, Window.Of(3)) { Strides = Window.Of(2) }),
        ["maximum pooling, same"] = x => x.Then("p", new Pooling(PoolingKind.Max, new(3, 2)) { Strides = Window.Of(2), Padding = Padding.Same }),
        ["average pooling"] = x => x.Then("p", new Pooling(PoolingKind.Average, new(2, 3)) { Strides = new(1, 2) }),
        ["average pooling, same"] = x => x.Then("p", new Pooling(PoolingKind.Average, Window.Of(3)) { Strides = Window.Of(2), Padding = Padding.Same }),
        ["average pooling of the whole"] = x => x.Then("p", new Pooling(PoolingKind.Average, new(Rows, Columns))).Then("f", new Flatten()),
        ["global maximum"] = x => x.Then("p", new GlobalPooling(PoolingKind.Max)),
        ["global maximum, axes kept"] = x => x.Then("p", new GlobalPooling(PoolingKind.Max, KeepsAxes: true)),
        ["global average"] = x => x.Then("p", new GlobalPooling(PoolingKind.Average)),
        ["zeros around"] = x => x.Then("z", new ZeroPadding(new(1, 2, 0, 3))),
        ["zeros around, convolution"] = x => x.Then("z", new ZeroPadding(new(1, 2, 0, 3))).Then("a", new Convolution(4, Window.Of(3)) { Strides = Window.Of(2) }),
        ["zeros around, convolution, same"] = x => x.Then("z", new ZeroPadding(Sides.Of(1))).Then("a", new Convolution(4, Window.Of(3)) { Padding = Padding.Same }),
        ["zeros around what may be negative, maximum"] = x => x.Then("n", new Affine([1], [-2])).Then("z", new ZeroPadding(Sides.Of(1))).MaxPool("p", 3, 2),
        ["zeros around what is not negative, maximum"] = x =>
            x.Then("r", new Activate { Activation = Activation.Relu }).Then("z", new ZeroPadding(Sides.Of(1))).MaxPool("p", 3, 2),
        ["zeros around, average"] = x => x.Then("z", new ZeroPadding(Sides.Of(1))).Then("p", new Pooling(PoolingKind.Average, Window.Of(3))),
        ["cropped"] = x => x.Then("c", new Cropping(new(1, 2, 3, 0))),
        ["repeated"] = x => x.Then("u", new UpSampling(new(2, 3), IsBilinear: false)),
        ["interpolated"] = x => x.Then("u", new UpSampling(new(2, 3), IsBilinear: true)),
        ["joined channels"] = x => Figures.Join("j", new Concatenate(-1), x, x.Wide()),
        ["joined rows"] = x => Figures.Join("j", new Concatenate(1), x, x.Then("c", new Cropping(new(2, 0, 0, 0)))),
        ["joined columns"] = x => Figures.Join("j", new Concatenate(2), x, x),
        ["added, three"] = x => Figures.Join("j", new Merge(MergeKind.Add), x, x.Then("s", new Affine([2], [1])), x),
        ["subtracted"] = x => Figures.Join("j", new Merge(MergeKind.Subtract), x, x.Then("s", new Affine([2], [1]))),
        ["multiplied"] = x => Figures.Join("j", new Merge(MergeKind.Multiply), x, x.Then("s", new Affine([2], [1]))),
        ["divided"] = x => Figures.Join("j", new Merge(MergeKind.Divide), x, x.Then("s", new Affine([0.1], [3]))),
        ["averaged"] = x => Figures.Join("j", new Merge(MergeKind.Average), x, x.Then("s", new Affine([2], [1])), x),
        ["maximum"] = x => Figures.Join("j", new Merge(MergeKind.Maximum), x, x.Then("s", new Affine([2], [0.1]))),
        ["minimum"] = x => Figures.Join("j", new Merge(MergeKind.Minimum), x, x.Then("s", new Affine([2], [0.1]))),
        ["squeezed and excited"] = x => Figures.Join(
            "j",
            new Merge(MergeKind.Multiply),
            x,
            x.Then("g", new GlobalPooling(PoolingKind.Average, KeepsAxes: true)).Then("d", new Dense(3) { Activation = Activation.Sigmoid })),
        ["channels taken and stacked"] = x => Figures.Join(
            "j", new StackChannels(), x.Then("c2", new OneChannel(2)), x.Then("c1", new OneChannel(1)), x.Then("c0", new OneChannel(0)))
            .Then("s", new Affine([1, 1, 1], [-1, -2, -3])),
        ["channels reversed"] = x => x.Then("r", new ReverseChannels()),
        ["parametric relu"] = x => x.Then("p", new ParametricRelu([])),
        ["parametric relu, shared"] = x => x.Then("p", new ParametricRelu([1, 2])),
        ["same layer twice"] = x => x.Then("a", new Convolution(3, Window.One)).Then("a", new Convolution(3, Window.One)),
        ["layers called as the graph's ends"] = x => x.Then("image", new Convolution(3, Window.One)).Then("probabilities", new Dense(2)).Then("feature_map", new Dense(3)),
    };

    private static readonly Dictionary<string, Activation> Activations = new()
    {
        ["relu6"] = new Rectified(Max: 1),
        ["leaky"] = new Rectified(NegativeSlope: 0.2),
        ["leaky and held"] = new Rectified(NegativeSlope: 0.2, Max: 1),
        ["hard_silu"] = new Gated(new HardSigmoid(1.0 / 6)),
        ["gelu, approximate"] = new Gelu(IsApproximate: true),
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Networks => [.. NetworksByName.Keys];

    public static TheoryData<string, int> KerasActivations =>
    [
        .. new[]
        {
            "linear", "relu", "relu6", "leaky_relu", "softmax", "sigmoid", "tanh", "elu", "selu", "softplus", "softsign", "exponential",
            "silu", "mish", "gelu", "hard_sigmoid", "hard_silu",
        }.Select(name => (name, 3)),
        ("hard_sigmoid", 2),
    ];

    public static TheoryData<string> OtherActivations => [.. Activations.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void TheGraphComputesWhatKerasSays(string network) => AssertSame(NetworksByName[network](Figures.Image(Rows, Columns)));

    [Theory]
    [MemberData(nameof(KerasActivations))]
    public void AnActivationIsWhatKerasSays(string name, int kerasVersion) =>
        AssertSame(Figures.Image(Rows, Columns).Then("a", new Activate { Activation = ModelTool.Keras.Reading.ActivationReader.Named(name, kerasVersion)! }));

    [Theory]
    [MemberData(nameof(OtherActivations))]
    public void AnActivationWithSettingsIsWhatKerasSays(string name) =>
        AssertSame(Figures.Image(Rows, Columns).Then("a", new Activate { Activation = Activations[name] }));

    [Fact]
    public void BatchNormalisationAfterAConvolutionCostsNoOperation()
    {
        var network = Compile(NetworksByName["convolution, normalised"](Figures.Image(Rows, Columns)));

        Assert.Equal(["Input", "Conv"], Network.Ordered(network).Select(node => node.OpType));
    }

    [Fact]
    public void ZerosAroundAConvolutionCostNoOperation()
    {
        var network = Compile(NetworksByName["zeros around, convolution"](Figures.Image(Rows, Columns)));

        Assert.Equal(["Input", "Conv"], Network.Ordered(network).Select(node => node.OpType));
    }

    public void Dispose() => _folder.Dispose();

    private static Node Compile(LayerNode layers) =>
        AffineWriting.Run(AffineFolding.Run(PaddingFolding.Run(NetworkCompiler.Compile(layers, Weights, widthsAreFree: false).Output)));

    private void AssertSame(LayerNode layers)
    {
        var image = Image();
        var expected = new SlowKeras(Weights).Run(layers, image);

        var output = Compile(layers);
        var network = new Network("test", output) { GivesScores = true };
        NetworkWriter.Write(
            network, _folder.File("model.onnx"), _folder.File("model.weights"), "model.weights", (_, _) => { }, TestContext.Current.CancellationToken);
        using var session = new InferenceSession(_folder.File("model.onnx"));
        // Two images at a time: what mixes them up shows.
        float[] planes = [.. ChannelsFirst(image).Select(value => (float)value)];
        var actual = session.RunOnImage(new([2, 3, Rows, Columns], [.. new float[planes.Length], .. planes]))[expected.Values.Length..];

        Assert.Equal(expected.Shape, output.Shape.Dimensions);
        var ordered = expected.Shape.Length == 3 ? ChannelsFirst(expected) : expected.Values;
        Assert.All(ordered.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
    }

    /// <summary>Values between -3 and 3, none like another.</summary>
    private static SlowKeras.Tensor Image() => SlowKeras.Tensor.Map(Rows, Columns, 3, (row, column, channel) =>
        (float)(3 * Math.Sin((row * 12.9898) + (column * 78.233) + (channel * 37.719))));

    private static double[] ChannelsFirst(SlowKeras.Tensor map) =>
    [
        .. from channel in Enumerable.Range(0, map.Shape[2])
           from row in Enumerable.Range(0, map.Shape[0])
           from column in Enumerable.Range(0, map.Shape[1])
           select map.At(row, column, channel),
    ];
}

/// <summary>What several of the networks begin or end with.</summary>
internal static class SmallFigures
{
    public static LayerNode Wide(this LayerNode x) => x.Then("wide", new Convolution(6, Window.Of(3)) { Padding = Padding.Same });

    /// <summary>A map, and what becomes of it, added.</summary>
    public static LayerNode Twice(this LayerNode x, Func<LayerNode, LayerNode> change) => Figures.Join("sum", new Merge(MergeKind.Add), x, change(x));

    public static LayerNode Normalise(this LayerNode x, string name = "n") => x.Then(name, new BatchNormalization(1e-3, HasScale: true, HasCenter: true));
}
