using System.Formats.Tar;
using System.IO.Compression;
using Serverless.Classifier.Explanation;
using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests.Networks;

/// <summary>Trained networks of every kind of input and output answer as the programs that they come from, from their manifests alone.</summary>
public class GoldenTop5Tests
{
    [Theory]
    [InlineData("squeezenet1.1-fp16", "squeezenet1.1.golden-top5.tsv", 2e-2f)]
    [InlineData("mobilenet-v2-vgg16-input", "mobilenet-v2-vgg16-input.golden-top5.tsv", 1e-4f)]
    public async Task ANetworkOutsideTheRepositoryGivesItsTopFive(string name, string golden, float tolerance)
    {
        var networks = TestFiles.Shared(out var skip, "data", "models");
        var pictures = TestFiles.Shared(out _, "data", "images");
        var labels = TestFiles.Shared(out _, "data", "labels", "imagenet_class_index.json");
        Assert.SkipWhen(networks is null || pictures is null || labels is null, skip);
        using var models = new TemporaryModels();
        SharedNetwork.Link(models, name, Path.Combine(networks!, $"{name}.onnx"), labels!);
        using var host = new ClassifierHost(models.Root, name);

        await AssertAllAsync(
            host, GoldenTop5.ReadColonSeparated(Path.Combine(networks!, golden)), picture => File.ReadAllBytes(Path.Combine(pictures!, picture)), tolerance);
    }

    [Fact]
    public async Task TheMapOfScoresThatSqueezeNetAveragesIsItsActivationMap()
    {
        var graph = TestFiles.Shared(out var skip, "data", "models", "squeezenet1.1-fp16.onnx");
        var labels = TestFiles.Shared(out _, "data", "labels", "imagenet_class_index.json");
        Assert.SkipWhen(graph is null || labels is null, skip);
        using var models = new TemporaryModels();
        SharedNetwork.Link(models, "squeezenet1.1-fp16", graph!, labels!);
        using var host = new ClassifierHost(models.Root, "squeezenet1.1-fp16");
        var image = File.ReadAllBytes(TestFiles.InRepository("samples", "coffee.png"));

        var answer = await host.Classifier.ClassifyAsync(
            image, new() { Explain = new() { Method = ExplanationMethod.Cam, Class = "espresso" } }, TestContext.Current.CancellationToken);
        var other = await host.Classifier.ClassifyAsync(
            image, new() { Explain = new() { Method = ExplanationMethod.Cam, Class = "cup" } }, TestContext.Current.CancellationToken);

        var heat = answer.Explanation!.Heat;
        Assert.Equal((13, 13), (heat.Columns, heat.Rows));
        Assert.Equal(
            Math.Log(answer.Explanation.Class.Probability / other.Explanation!.Class.Probability),
            heat.Values.Average() - other.Explanation.Heat.Values.Average(),
            0.05);
    }

    [Fact]
    public async Task EfficientNetLite0GivesTheTopFiveOfPyTorch()
    {
        var golden = TestFiles.Shared(out var skip, "embedded", "efficientnet-lite0", "golden-top5.tsv");
        var pictures = TestFiles.Shared(out _, "data", "images");
        Assert.SkipWhen(golden is null || pictures is null, skip);
        using var host = new ClassifierHost(TestFiles.InRepository("models"), "efficientnet-lite0");

        await AssertAllAsync(host, GoldenTop5.ReadImageNet(golden!), picture => File.ReadAllBytes(Path.Combine(pictures!, picture)), 1e-4f);
    }

    [Fact]
    public async Task Vgg16Cifar10GivesTheTopFiveOfKeras()
    {
        var golden = TestFiles.Shared(out var skip, "embedded", "vgg16-cifar10", "golden-top5.tsv");
        var archive = TestFiles.Shared(out _, "training", "cifar10-test.tar.gz");
        Assert.SkipWhen(golden is null || archive is null, skip);
        var answers = GoldenTop5.ReadLabels(golden!);
        var pictures = ReadArchive(archive!, answers.Select(answer => answer.Picture).ToHashSet());
        using var host = new ClassifierHost(TestFiles.InRepository("models"), "vgg16-cifar10");

        await AssertAllAsync(host, answers, picture => pictures[picture], 1e-4f);
    }

    private static async Task AssertAllAsync(ClassifierHost host, IReadOnlyList<GoldenTop5> golden, Func<string, byte[]> read, float tolerance)
    {
        Assert.True(golden.Count >= 100);
        foreach (var expected in golden)
        {
            var answer = await host.Classifier.ClassifyAsync(read(expected.Picture), new ClassificationRequest(), TestContext.Current.CancellationToken);
            expected.AssertEqual(answer, tolerance);
        }
    }

    private static Dictionary<string, byte[]> ReadArchive(string path, HashSet<string> wanted)
    {
        using var archive = new TarReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var files = new Dictionary<string, byte[]>();
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } stream && wanted.Contains(entry.Name))
            {
                using var bytes = new MemoryStream();
                stream.CopyTo(bytes);
                files.Add(entry.Name, bytes.ToArray());
            }
        }

        return files;
    }
}
