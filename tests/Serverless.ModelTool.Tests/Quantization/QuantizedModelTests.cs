using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Inference;
using Serverless.ModelTool.Onnx.Schema;
using Serverless.ModelTool.Quantization.Weights;

namespace Serverless.ModelTool.Tests.Quantization;

/// <summary>What is made of the committed networks.</summary>
[Collection(nameof(QuantizedModels))]
public sealed class QuantizedModelTests(QuantizedModels models)
{
    [Theory]
    [MemberData(nameof(QuantizedModels.Names), MemberType = typeof(QuantizedModels))]
    public void NoTwoWeightsOfAnyChannelCanSaturate(string name)
    {
        var weights = Parse(models.GraphOf(name)).Graph.Initializer
            .Where(tensor => tensor.DataType == TensorProto.Types.DataType.Int8 && tensor.Dims.Count == 4).ToList();
        var convolutions = Parse(QuantizedModels.Original(name).GraphPath).Graph.Node.Count(node => node.OpType == "Conv");

        Assert.Equal(convolutions, weights.Count);
        foreach (var tensor in weights)
        {
            var values = MemoryMarshal.Cast<byte, sbyte>(tensor.RawData.Span);
            var length = values.Length / (int)tensor.Dims[0];
            for (var channel = 0; channel < tensor.Dims[0]; channel++)
            {
                var ofChannel = values.Slice(channel * length, length);
                Assert.False(SixteenBitSums.CanDiffer(ofChannel) || PairSafeWeights.CanSaturate(ofChannel), $"{tensor.Name}, channel {channel}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(QuantizedModels.Names), MemberType = typeof(QuantizedModels))]
    public void EveryConvolutionSumAndPoolComputesInBytes(string name)
    {
        var float32 = Counts(Parse(QuantizedModels.Original(name).GraphPath));
        var int8 = Counts(Optimized(models.GraphOf(name)));

        Assert.Equal(float32["Conv"], int8["QLinearConv"]);
        Assert.Equal(float32.GetValueOrDefault("Add"), int8.GetValueOrDefault("QLinearAdd"));
        Assert.Equal(float32["Gemm"], int8["MatMulNBits"]);
        Assert.Equal(1, int8["QuantizeLinear"]);
        Assert.DoesNotContain("Clip", int8.Keys);
        Assert.Equal(0, int8.GetValueOrDefault("Conv"));
    }

    [Theory]
    [MemberData(nameof(QuantizedModels.Names), MemberType = typeof(QuantizedModels))]
    public void ThePictureGetsAFourthChannelWhoseWeightsAreZero(string name)
    {
        var graph = Parse(models.GraphOf(name)).Graph;
        var first = graph.Initializer.First(tensor => tensor.DataType == TensorProto.Types.DataType.Int8 && tensor.Dims.Count == 4);

        Assert.Single(graph.Node, node => node.OpType == "Pad");
        Assert.Equal(4, first.Dims[1]);
        var planes = first.RawData.ToByteArray().Chunk((int)(first.Dims[2] * first.Dims[3])).Index().ToLookup(plane => plane.Index % 4, plane => plane.Item);
        Assert.All(planes[3], plane => Assert.All(plane, weight => Assert.Equal(0, weight)));
        Assert.All([0, 1, 2], channel => Assert.Contains(planes[channel], plane => plane.Any(weight => weight != 0)));
    }

    [Theory]
    [InlineData("efficientnet-lite0", 0.29)]
    [InlineData("vgg16-cifar10", 0.26)]
    public void TheFileIsAboutAQuarter(string name, double atMost)
    {
        var float32 = Directory.EnumerateFiles(QuantizedModels.Original(name).Folder, "model.*").Sum(file => new FileInfo(file).Length);

        Assert.InRange((double)new FileInfo(models.GraphOf(name)).Length / float32, 0.2, atMost);
    }

    [Theory]
    [MemberData(nameof(QuantizedModels.Names), MemberType = typeof(QuantizedModels))]
    public void TheAnswersAreNearThoseOfFloat32(string name)
    {
        var check = models.ResultOf(name).Check;

        Assert.InRange(check.Pictures, 25, 40);
        Assert.InRange(check.Agreement, 0.9, 1);
        Assert.InRange(check.Divergence, 0, 0.05);
    }

    [Theory]
    [MemberData(nameof(QuantizedModels.Names), MemberType = typeof(QuantizedModels))]
    public void TheFeaturesThatTheManifestNamesAreStillThere(string name)
    {
        using var float32 = ModelSession.Load(QuantizedModels.Original(name), InferenceDevice.Cpu);
        using var int8 = ModelSession.Load(models.Quantized(name), InferenceDevice.Cpu);
        var tensor = new float[float32.TensorLength];
        var image = File.ReadAllBytes(TestFiles.InRepository("samples", "chelsea.png"));
        new ImagePreprocessor(new ImageLimits()).Preprocess(image, float32.Model.Manifest.Input, float32.Layout, tensor, TestContext.Current.CancellationToken);
        var features = float32.Model.Manifest.Features!;

        foreach (var feature in new[] { features.Map, features.Vector }.OfType<string>())
        {
            var expected = float32.RunWithFeatures(tensor, [feature], TestContext.Current.CancellationToken).Features[0];
            var actual = int8.RunWithFeatures(tensor, [feature], TestContext.Current.CancellationToken).Features[0];
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.InRange(Cosine(expected.Values, actual.Values), 0.97, 1.0001);
        }

        Assert.Equal(float32.ClassWeights?.Shape, int8.ClassWeights?.Shape);
        if (float32.ClassWeights is { } weights)
        {
            Assert.InRange(Cosine(weights.Values, int8.ClassWeights!.Values), 0.9999, 1.0001);
        }
    }

    internal static ModelProto Parse(string path) => ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));

    /// <summary>What ONNX Runtime makes of a graph.</summary>
    internal static ModelProto Optimized(string path)
    {
        using var folder = new TemporaryFolder();
        using var options = new SessionOptions { OptimizedModelFilePath = folder.File("optimized.onnx"), GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED };
        new InferenceSession(path, options).Dispose();
        return Parse(folder.File("optimized.onnx"));
    }

    private static Dictionary<string, int> Counts(ModelProto model) => model.Graph.Node.CountBy(node => node.OpType).ToDictionary();

    private static double Cosine(float[] one, float[] other) =>
        one.Zip(other, (a, b) => (double)a * b).Sum() / Math.Sqrt(one.Sum(a => (double)a * a) * other.Sum(b => (double)b * b));
}
