using System.Diagnostics;
using System.Text.Json;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Tests.Conversion;

namespace Serverless.ModelTool.Tests.Commands;

/// <summary>The real program with the committed models and samples.</summary>
public sealed class CommandLineTests : IDisposable
{
    private static readonly string Models = TestFiles.InRepository("models");
    private static readonly string Chelsea = TestFiles.InRepository("samples", "chelsea.png");
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task ListNamesEveryModelAndItsState()
    {
        var run = await Tool.RunAsync("list", "--models", Models);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"(?m)^efficientnet-lite0 .* 224 x 224 +1000 +ready +18\.5 MB +Apache-2\.0$", run.Output);
        Assert.Matches(@"(?m)^vgg16 .* 224 x 224 +1000 .* CC-BY-4\.0$", run.Output);
        Assert.Matches(@"(?m)^vgg16-cifar10 .* 32 x 32 +10 +ready +15\.3 MB +MIT$", run.Output);
    }

    [Fact]
    public async Task ListGoesOnPastABrokenManifest()
    {
        Narrow.Describe(_folder.Path, "narrow");
        Directory.CreateDirectory(_folder.File("broken"));
        await File.WriteAllTextAsync(_folder.File("broken", "manifest.json"), "{", TestContext.Current.CancellationToken);

        var run = await Tool.RunAsync("list", "--models", _folder.Path);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"(?m)^broken .* broken$", run.Output);
        Assert.Matches(@"(?m)^narrow .* weights missing ", run.Output);
    }

    [Fact]
    public async Task TheModelsFolderIsFoundUpwards()
    {
        Narrow.Describe(_folder.File("models"), "narrow");
        var start = Tool.Start("list");
        start.WorkingDirectory = Directory.CreateDirectory(_folder.File("src", "deep")).FullName;

        var run = await Tool.RunAsync(start);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("narrow", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereThereIsNoModelsFolderTheOptionIsNamed()
    {
        var start = Tool.Start("list");
        start.WorkingDirectory = _folder.Path;

        var run = await Tool.RunAsync(start);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--models FOLDER", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClassifyPrintsATableForPeople()
    {
        var run = await Tool.RunAsync("classify", Chelsea, "--models", Models);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"(?m)^1 +n02123159 +tiger_cat +39\.4[56] %$", run.Output);
        Assert.Equal(5, run.Output.Split('\n').Count(line => line.EndsWith('%')));
    }

    [Fact]
    public async Task ClassifyPrintsWhatKerasPrints()
    {
        var run = await Tool.RunAsync("classify", Chelsea, "--models", Models, "--format", "keras", "--top", "2");

        Assert.Matches(@"^\[\('n02123159', 'tiger_cat', 0\.3945\d{3}\d?\), \('n02124075', 'Egyptian_cat', 0\.3550\d{3}\d?\)\]\n$", run.Output);
    }

    [Fact]
    public async Task ClassifyPrintsJsonForPrograms()
    {
        var run = await Tool.RunAsync("classify", Chelsea, "--models", Models, "--format", "json", "--top", "3");

        var answer = Assert.Single(JsonDocument.Parse(run.Output).RootElement.EnumerateArray());
        Assert.Equal(Chelsea, answer.GetProperty("file").GetString());
        Assert.Equal("png", answer.GetProperty("image").GetProperty("format").GetString());
        var labels = answer.GetProperty("predictions").EnumerateArray().Select(prediction => prediction.GetProperty("label").GetString());
        Assert.Equal(["tiger_cat", "Egyptian_cat", "tabby"], labels);
    }

    [Fact]
    public async Task ClassifyTakesAFolderAndPrintsALineAPrediction()
    {
        var run = await Tool.RunAsync("classify", TestFiles.InRepository("samples"), "--models", Models, "--format", "csv", "--top", "1");

        var lines = run.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("file,rank,classId,label,probability", lines[0]);
        Assert.Equal(
            ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg"],
            lines[1..].Select(line => Path.GetFileName(line.Split(',')[0])));
    }

    [Fact]
    public async Task OneBadFileAmongGoodOnesIsToldAndTheRestGoesOn()
    {
        await File.WriteAllTextAsync(_folder.File("bad.jpg"), "no picture", TestContext.Current.CancellationToken);

        var run = await Tool.RunAsync(
            "classify", _folder.File("bad.jpg"), _folder.File("gone.png"), Chelsea, "--models", Models, "--format", "csv", "--top", "1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("bad.jpg", run.Error, StringComparison.Ordinal);
        Assert.Contains("(not_an_image)", run.Error, StringComparison.Ordinal);
        Assert.Contains("gone.png: There is no such file. (file_unreadable)", run.Error, StringComparison.Ordinal);
        Assert.Contains("chelsea.png,1,n02123159,tiger_cat,0.39", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "top is 0")]
    [InlineData("101", "top is 101")]
    public async Task ATopOutOfRangeIsRefused(string top, string expected)
    {
        var run = await Tool.RunAsync("classify", Chelsea, "--models", Models, "--top", top);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownModelIsRefusedWithThoseThereAre()
    {
        var run = await Tool.RunAsync("classify", Chelsea, "--models", Models, "--model", "resnet");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("efficientnet-lite0", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderWithoutImagesIsRefused()
    {
        var run = await Tool.RunAsync("classify", _folder.Path, "--models", Models);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("has no images", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TensorWritesTheVeryFileThatKerasAndNumPyWrote()
    {
        Narrow.Describe(_folder.Path, "narrow", manifest => manifest with { Input = manifest.Input with { Layout = TensorLayout.Nhwc } });

        var run = await Tool.RunAsync("tensor", Chelsea, "--models", _folder.Path, "--model", "narrow", "--out", _folder.File("tensor.npy"));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(
            await File.ReadAllBytesAsync(TestFiles.Fixture("keras", "narrow-vgg16", "input.npy"), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(_folder.File("tensor.npy"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task TensorTakesTheLayoutOfTheGraph()
    {
        var run = await Tool.RunAsync("tensor", Chelsea, "--models", Models, "--model", "vgg16-cifar10", "--out", _folder.File("tensor.npy"));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal([1, 3, 32, 32], NpyArray.Read(_folder.File("tensor.npy")).Shape);
    }

    [Fact]
    public async Task PullOfACommittedModelHasNothingToDo()
    {
        var run = await Tool.RunAsync("pull", "efficientnet-lite0", "--models", Models);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("is here already", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConvertRefusesAnUnknownArchitecture()
    {
        var run = await Tool.RunAsync("convert", Narrow.Keras2Weights, "--architecture", "lenet", "--models", _folder.Path);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The architecture 'lenet' is not known. Known: alexnet, vgg16, vgg19, inception-v3, resnet50.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SynthDoesNotOverwriteAModel()
    {
        var model = Narrow.Describe(_folder.Path, "vgg16-synth", manifest => manifest with { Description = "My own words" });

        var run = await Tool.RunAsync("synth", "vgg16", "--models", _folder.Path);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("There is a model vgg16-synth already", run.Error, StringComparison.Ordinal);
        Assert.Equal("My own words", ManifestReader.Read(model.Folder).Description);
    }

    [Fact]
    public async Task AFolderThatIsNotThereIsNamed()
    {
        var run = await Tool.RunAsync("list", "--models", _folder.File("gone"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"There is no folder {_folder.File("gone")}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConvertRefusesLabelsThatDoNotFit()
    {
        var tenLabels = TestFiles.InRepository("models", "vgg16-cifar10", "labels.json");

        var run = await Tool.RunAsync("convert", Narrow.Keras2Weights, "--architecture", "vgg16", "--models", _folder.Path, "--labels", tenLabels);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The network tells 1000 classes apart", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task ConvertKeepsTheManifestThatIsThere()
    {
        var model = Narrow.Describe(_folder.Path, "mine", manifest => manifest with { Description = "My own words" });

        var run = await Tool.RunAsync("convert", Narrow.Keras2Weights, "--architecture", "vgg16", "--models", _folder.Path, "--name", "mine");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.True(model.HasGraph);
        Assert.Equal("My own words", ManifestReader.Read(model.Folder).Description);
    }

    [Fact]
    public async Task ConvertRefusesOtherWeightsThanAManifestNames()
    {
        var model = Narrow.Describe(_folder.Path, "mine", manifest => manifest with { Graph = new() { Sha256 = new string('0', 64) } });

        var run = await Tool.RunAsync("convert", Narrow.Keras2Weights, "--architecture", "vgg16", "--models", _folder.Path, "--name", "mine");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("these are other weights than the manifest describes", run.Error, StringComparison.Ordinal);
        Assert.False(model.HasGraph);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("Capitals")]
    [InlineData("")]
    public async Task ANameThatCannotBeAModelsIsRefused(string name)
    {
        var run = await Tool.RunAsync("convert", Narrow.Keras2Weights, "--architecture", "vgg16", "--models", _folder.Path, "--name", name);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cannot be a model's name", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnInterruptEndsTheProgramAndLeavesNoModel()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs kill(1)");
        using var process = Process.Start(Tool.Start("synth", "vgg16", "--models", _folder.Path))!;
        await Eventually.TrueAsync(() => File.Exists(_folder.File("vgg16-synth", "model.weights.part")), "weights are written");
        await Tool.RunAsync(new ProcessStartInfo("kill", ["-INT", $"{process.Id}"]));

        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, process.ExitCode);
        Assert.Equal("Interrupted.\n", error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();
}
