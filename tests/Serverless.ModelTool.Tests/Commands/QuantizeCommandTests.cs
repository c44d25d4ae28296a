using System.Formats.Tar;
using System.IO.Compression;
using Serverless.Classifier.Models;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Serverless.ModelTool.Tests.Commands;

/// <summary>The real program.</summary>
public sealed class QuantizeCommandTests : IDisposable
{
    private const string Model = "vgg16-cifar10";
    private static readonly string Pictures = TestFiles.Fixture("variants");
    private readonly TemporaryFolder _models = new();
    private readonly TemporaryFolder _pictures = new();

    public QuantizeCommandTests() => CopiedModel.Make(_models.Path, Model, TestFiles.InRepository("models", Model), _ => { });

    public void Dispose()
    {
        _models.Dispose();
        _pictures.Dispose();
    }

    [Fact]
    public async Task TheNewModelIsWholeAndServedAtOnce()
    {
        var run = await RunAsync("--calibrate", Pictures);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("Taken: ", run.Output);
        Assert.Contains("top-1 lost, expected", run.Output);
        Assert.Contains("pictures could not be read and were left out", run.Error);
        Assert.Contains("The figures are rough", run.Error);
        var verify = await Tool.RunAsync("verify", $"{Model}-int8", "--models", _models.Path);
        Assert.True(verify.ExitCode == 0, verify.Output);
        var classify = await Tool.RunAsync("classify", TestFiles.InRepository("samples", "rocket.jpg"), "--model", $"{Model}-int8", "--models", _models.Path);
        Assert.True(classify.ExitCode == 0, classify.Error);
        var manifest = ManifestReader.Read(_models.File($"{Model}-int8"));
        Assert.Matches(@"Measured by models quantize: \d+\.\d\d % of the first answers are those of vgg16-cifar10", Assert.Single(manifest.Accuracy).Source);
    }

    [Fact]
    public async Task TheSamePicturesGiveTheSameBytes()
    {
        await RunAsync("--calibrate", Pictures, "--method", "entropy", "--name", "one");
        await RunAsync("--calibrate", Pictures, "--method", "entropy", "--name", "other");

        Assert.Equal(File.ReadAllBytes(_models.File("one", "model.onnx")), File.ReadAllBytes(_models.File("other", "model.onnx")));
    }

    [Fact]
    public async Task WhatLosesTooMuchIsNotWrittenUnlessForced()
    {
        // Ranges from black pictures clip whatever is not black.
        for (var number = 0; number < 4; number++)
        {
            using var black = new Image<Rgb24>(32, 32);
            await black.SaveAsPngAsync(_pictures.File($"{number}.png"), TestContext.Current.CancellationToken);
        }

        string[] arguments = ["--calibrate", _pictures.Path, "--check", Pictures, "--method", "min-max"];
        var refused = await RunAsync(arguments);

        Assert.Equal(1, refused.ExitCode);
        Assert.Matches(@"Error: int8 loses \d+\.\d\d points of top-1 on \d+ pictures, more than the 1 that --max-loss allows", refused.Error);
        Assert.Equal([_models.File(Model)], Directory.EnumerateFileSystemEntries(_models.Path));

        var forced = await RunAsync([.. arguments, "--force"]);
        Assert.True(forced.ExitCode == 0, forced.Error);
        Assert.True(File.Exists(_models.File($"{Model}-int8", "model.onnx")));
    }

    [Fact]
    public async Task AModelThatIsThereIsNotOverwritten()
    {
        CopiedModel.Make(_models.Path, $"{Model}-int8", TestFiles.InRepository("models", Model), _ => { });
        var before = File.ReadAllBytes(_models.File($"{Model}-int8", "manifest.json"));

        await AssertErrorAsync("There is a model vgg16-cifar10-int8 already", Model, "--calibrate", Pictures);

        Assert.Equal(before, File.ReadAllBytes(_models.File($"{Model}-int8", "manifest.json")));
    }

    [Fact]
    public async Task AQuantizedModelIsNotQuantizedAgain()
    {
        await RunAsync("--calibrate", Pictures, "--method", "min-max");

        await AssertErrorAsync("is quantized already", $"{Model}-int8", "--calibrate", Pictures);
    }

    [Fact]
    public async Task BadInputIsToldInALineAndLeavesNothing()
    {
        await AssertErrorAsync("has no images", Model, "--calibrate", _pictures.Path);
        for (var number = 0; number < 8; number++)
        {
            await File.WriteAllTextAsync(_pictures.File($"{number}.png"), $"no picture {number}", TestContext.Current.CancellationToken);
        }

        await AssertErrorAsync("None of the 4 pictures to calibrate with can be read", Model, "--calibrate", _pictures.Path);
        await AssertErrorAsync("There is no folder", Model, "--calibrate", _pictures.File("nowhere"));
        await AssertErrorAsync("There is no model of this name", "nobody", "--calibrate", Pictures);
        await AssertErrorAsync("There is no convolution and no dense layer 'block9' to keep", Model, "--calibrate", Pictures, "--keep-float", "block9");
        Assert.Equal([_models.File(Model)], Directory.EnumerateFileSystemEntries(_models.Path));
    }

    [Fact]
    public async Task AHalfPrecisionModelIsRefused()
    {
        var graph = TestFiles.Shared(out var skip, "data", "models", "squeezenet1.1-fp16.onnx");
        Assert.SkipWhen(graph is null, skip);
        File.Copy(graph!, _models.File(Model, "model.onnx"), overwrite: true);

        await AssertErrorAsync("is not a float32 model", Model, "--calibrate", Pictures);
    }

    [Fact]
    public async Task OnTestPicturesOfCifar10AtMostAPointIsLost()
    {
        Extract("cifar10-train.tar.gz", every: 100);
        Extract("cifar10-test.tar.gz", every: 8);

        var run = await RunAsync("--calibrate", _pictures.File("train"), "--check", _pictures.File("test"), "--method", "percentile");

        Assert.True(run.ExitCode == 0, run.Error);
        var accuracy = Assert.Single(ManifestReader.Read(_models.File($"{Model}-int8")).Accuracy);
        Assert.Equal("1,250 pictures of the folder test", accuracy.Dataset);
        Assert.InRange(accuracy.Top1!.Value, 0.86, 0.92);
    }

    private Task<Tool.Result> RunAsync(params string[] arguments) => Tool.RunAsync(["quantize", Model, "--models", _models.Path, .. arguments]);

    private async Task AssertErrorAsync(string message, string model, params string[] arguments)
    {
        var run = await Tool.RunAsync(["quantize", model, "--models", _models.Path, .. arguments]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    private void Extract(string archive, int every)
    {
        var path = TestFiles.Shared(out var skip, "training", archive);
        Assert.SkipWhen(path is null, skip);
        using var gzip = new GZipStream(File.OpenRead(path!), CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        for (var number = 0; tar.GetNextEntry() is { } entry;)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && number++ % every == 0)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_pictures.File(entry.Name))!);
                entry.ExtractToFile(_pictures.File(entry.Name), overwrite: false);
            }
        }
    }
}
