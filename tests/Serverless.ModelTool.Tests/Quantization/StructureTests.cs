using Google.Protobuf;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Quantization;
using Serverless.ModelTool.Quantization.Calibration;

namespace Serverless.ModelTool.Tests.Quantization;

/// <summary>Networks of other shapes, as our own converter makes them of Keras's files.</summary>
public sealed class StructureTests : IDisposable
{
    private readonly TemporaryFolder _models = new();

    public void Dispose() => _models.Dispose();

    [Theory]
    [InlineData("residual", "resnet50", "Add", "QLinearAdd")]
    [InlineData("inception", "inception-v3", "Concat", "QLinearConcat")]
    [InlineData("mobile", "raw", "Conv", "QLinearConv")]
    public async Task SumsConcatenationsAndDepthwiseConvolutionsAreInt8AndAnswerAsFloat32(string file, string preprocessing, string floatOp, string byteOp)
    {
        var convert = await Tool.RunAsync("convert", TestFiles.Fixture("keras", "blocks", $"{file}.keras"), "--preprocessing", preprocessing, "--models", _models.Path);
        Assert.True(convert.ExitCode == 0, convert.Error);
        var model = new ModelStore(_models.Path).Open(file);
        using var quantizer = new ModelQuantizer(model, new() { Methods = [CalibrationMethod.MinMax] }, (_, _, _) => { });

        var result = await quantizer.QuantizeAsync(PictureSplit.Of(QuantizedModels.Pictures), TestContext.Current.CancellationToken);

        Assert.InRange(result.Check.Divergence, 0, 0.01);
        Assert.InRange(result.Check.ExpectedLoss, 0, 0.01);
        var float32 = QuantizedModelTests.Parse(model.GraphPath).Graph.Node.Count(node => node.OpType == floatOp);
        Assert.InRange(float32, 1, int.MaxValue);
        Assert.Equal(float32, QuantizedModelTests.Optimized(quantizer.GraphPath).Graph.Node.Count(node => node.OpType == byteOp));
    }

    [Fact]
    public async Task AGraphFromBeforeScalesPerChannelIsQuantizedToo()
    {
        const int OldOpset = 12;
        var folder = CopiedModel.Make(_models.Path, "old", TestFiles.InRepository("models", "vgg16-cifar10"), manifest => manifest["graph"]!.AsObject().Remove("sha256"));
        var graph = QuantizedModelTests.Parse(Path.Combine(folder, "model.onnx"));
        graph.OpsetImport.Single().Version = OldOpset;
        await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), graph.ToByteArray(), TestContext.Current.CancellationToken);
        using var quantizer = new ModelQuantizer(new ModelStore(_models.Path).Open("old"), new() { Methods = [CalibrationMethod.MinMax] }, (_, _, _) => { });

        var result = await quantizer.QuantizeAsync(PictureSplit.Of(QuantizedModels.Pictures), TestContext.Current.CancellationToken);

        Assert.InRange(result.Check.Divergence, 0, 0.05);
        var made = QuantizedModelTests.Parse(quantizer.GraphPath);
        Assert.Equal(OldOpset, made.OpsetImport.Single(import => import.Domain.Length == 0).Version);
        Assert.Equal(13, QuantizedModelTests.Optimized(quantizer.GraphPath).Graph.Node.Count(node => node.OpType == "QLinearConv"));
    }

    [Fact]
    public async Task AGraphWhoseChannelsComeLastIsQuantizedToo()
    {
        var graph = TestFiles.Shared(out var skip, "data", "models", "mobilenet-v2-vgg16-input.onnx");
        Assert.SkipWhen(graph is null, skip);
        CopiedModel.Make(_models.Path, "mobilenet", TestFiles.InRepository("models", "vgg16"), manifest =>
        {
            manifest.Remove("source");
            manifest.Remove("features");
            manifest["input"]!.AsObject().Remove("layout");
            manifest["output"]!["name"] = "predictions";
        });
        File.Copy(graph!, _models.File("mobilenet", "model.onnx"));
        using var quantizer = new ModelQuantizer(new ModelStore(_models.Path).Open("mobilenet"), new() { Methods = [CalibrationMethod.Percentile99999] }, (_, _, _) => { });

        var result = await quantizer.QuantizeAsync(PictureSplit.Of(QuantizedModels.Pictures), TestContext.Current.CancellationToken);

        Assert.InRange(result.Check.Divergence, 0, 0.2);
    }
}
