using Google.Protobuf;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Models;
using Serverless.Classifier.Ranking;
using Serverless.ModelTool.Onnx.Schema;
using Serverless.ModelTool.Quantization.Weights;

namespace Serverless.ModelTool.Tests.Quantization;

/// <summary>What a processor without VNNI makes of int8, seen on one.</summary>
[Collection(nameof(QuantizedModels))]
public sealed class WithoutVnniTests : IDisposable
{
    private readonly QuantizedModels _models;
    private readonly TemporaryFolder _folder = new();
    private readonly OtherProcessor? _processor;
    private readonly string _reason;

    public WithoutVnniTests(QuantizedModels models)
    {
        _models = models;
        _processor = OtherProcessor.TryCreate(out _reason);
    }

    public void Dispose()
    {
        _processor?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void PlainEightBitWeightsSaturateThere() => Assert.Equal(101, SaturatingCase(127, 0.5f / 127, emulated: true), 0.5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheQuantizersWeightsAreRightThereAndHere(bool emulated)
    {
        var quantized = new sbyte[64];
        var scale = PairSafeWeights.Quantize([.. Enumerable.Repeat(0.5f, 64)], quantized);

        Assert.Equal(200, SaturatingCase(quantized[0], scale, emulated), 0.5);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(4, 8)]
    [InlineData(8, 1)]
    [InlineData(8, 8)]
    public void DenseBlocksAreExactThereWhateverTheirBits(int bits, int batch)
    {
        Skip();
        const int Inputs = 64, Outputs = 16;
        // The largest weights, one output positive and the next negative; all activations the largest, in the second image negative.
        float[] weights = [.. Enumerable.Range(0, Inputs * Outputs).Select(index => index / Inputs % 2 == 0 ? 1f : -1f)];
        var blocks = BlockWeights.Quantize(weights, Inputs, Outputs, isTransposed: true, bits, TestContext.Current.CancellationToken);
        float[] images = [.. Enumerable.Range(0, Inputs * batch).Select(index => index / Inputs % 2 == 0 ? 1f : -1f)];
        var graph = Write(SmallGraphs.Dense(blocks, QuantizedDense.AccuracyLevel));

        var there = _processor!.Run(graph, emulated: true, images, batch, Inputs);

        Assert.All(there.Index(), item => Assert.Equal(Inputs * (item.Index / Outputs % 2 == 0 ? 1 : -1) * (item.Index % 2 == 0 ? 1 : -1), item.Item, Inputs * 0.01));
    }

    [Theory]
    [MemberData(nameof(QuantizedModels.Names), MemberType = typeof(QuantizedModels))]
    public void ANetworkGivesTheSameTopFiveThereAndHere(string name)
    {
        Skip();
        var input = _models.Quantized(name).Manifest.Input;
        string[] pictures = ["chelsea.png", "rocket.jpg"];
        float[] images = [.. pictures.SelectMany(picture => Tensor(TestFiles.InRepository("samples", picture), input))];

        var there = _processor!.Run(_models.GraphOf(name), emulated: true, images, 1, 3, input.Height, input.Width).Chunk(_models.Quantized(name).Labels.Count);
        var here = _processor.Run(_models.GraphOf(name), emulated: false, images, 1, 3, input.Height, input.Width).Chunk(_models.Quantized(name).Labels.Count);

        Assert.Equal(pictures.Length, there.Count());
        Assert.Equal(here.Select(TopFive), there.Select(TopFive));
        Assert.All(here.Zip(there), pair => Assert.All(pair.First.Zip(pair.Second), both => Assert.Equal(both.First, both.Second, 1e-4)));
    }

    private static int[] TopFive(float[] probabilities) => TopK.Indices(probabilities, 5);

    private static float[] Tensor(string file, ModelInput input)
    {
        var tensor = new float[3 * input.Height * input.Width];
        new ImagePreprocessor(new ImageLimits()).Preprocess(File.ReadAllBytes(file), input, TensorLayout.Nchw, tensor, TestContext.Current.CancellationToken);
        return tensor;
    }

    /// <summary>64 activations of 255 and 64 weights of a half: how many steps of the output, of which 200 would be right.</summary>
    private double SaturatingCase(sbyte weight, float weightScale, bool emulated)
    {
        Skip();
        const float RightAnswer = 64 * 255 * 0.5f;
        var graph = Write(SmallGraphs.Convolution(weight, weightScale, RightAnswer / 200));
        var answer = _processor!.Run(graph, emulated, [.. Enumerable.Repeat(255f, 64 * 8 * 8)], 1, 64, 8, 8);
        Assert.Single(answer.Distinct());
        return answer[0] / (RightAnswer / 200);
    }

    private void Skip() => Assert.SkipWhen(_processor is null, _reason);

    private string Write(ModelProto graph)
    {
        var path = _folder.File("graph.onnx");
        File.WriteAllBytes(path, graph.ToByteArray());
        return path;
    }
}
