using System.Formats.Tar;
using System.IO.Compression;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Classification;

namespace Serverless.ModelTool.Tests.Models;

/// <summary>The figures of <c>models/vgg16-cifar10/README.md</c>, measured again where the pictures are.</summary>
public sealed class Vgg16Cifar10Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task TwoHundredTestPicturesGetTheTopFiveOfKeras()
    {
        var golden = GoldenTopFive.Read(Needed("embedded", "vgg16-cifar10", "golden-top5.tsv"));
        Extract(Needed("training", "cifar10-test.tar.gz"), golden.Select(row => row.Picture));
        await using var classifier = new FileClassifier(new ModelsFolder(TestFiles.InRepository("models")), "vgg16-cifar10");

        List<Answer<Classifier.Classification>> answers = [];
        await foreach (var answer in classifier.ClassifyAsync(golden.Select(row => _folder.File(row.Picture)), 5, TestContext.Current.CancellationToken))
        {
            answers.Add(answer);
        }

        Assert.Equal(200, answers.Count);
        Assert.All(golden.Zip(answers), pair => pair.First.AssertEqual(pair.Second));
    }

    [Fact]
    public async Task TheCommittedNetworkIsWhatKerassFileConvertsTo()
    {
        var weights = Needed("embedded", "vgg16-cifar10", "vgg16-cifar10.h5");

        var convert = await Tool.RunAsync(
            "convert", weights, "--architecture", "vgg16", "--models", _folder.Path, "--input-size", "32", "--labels", Committed("labels.json"));

        Assert.True(convert.ExitCode == 0, convert.Error);
        Assert.All(["model.onnx", "model.weights"], file =>
            Assert.Equal(File.ReadAllBytes(Committed(file)), File.ReadAllBytes(_folder.File("vgg16-cifar10", file))));
    }

    [Theory]
    [InlineData("vgg16-cifar10")]
    [InlineData("efficientnet-lite0")]
    public async Task ACommittedNetworkIsWhole(string model)
    {
        var verify = await Tool.RunAsync("verify", model, "--models", TestFiles.InRepository("models"));

        Assert.True(verify.ExitCode == 0, verify.Output);
    }

    public void Dispose() => _folder.Dispose();

    private static string Committed(string file) => TestFiles.InRepository("models", "vgg16-cifar10", file);

    private static string Needed(params string[] path)
    {
        var found = TestFiles.Shared(out var skip, path);
        Assert.SkipWhen(found is null, skip);
        return found!;
    }

    private void Extract(string archive, IEnumerable<string> names)
    {
        var wanted = names.ToHashSet();
        using var gzip = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        while (wanted.Count > 0 && tar.GetNextEntry() is { } entry)
        {
            if (wanted.Remove(entry.Name))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(entry.Name))!);
                entry.ExtractToFile(_folder.File(entry.Name), overwrite: false);
            }
        }
    }
}
