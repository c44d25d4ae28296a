using Serverless.Classifier.Models;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Conversion;
using Serverless.ModelTool.Keras;

namespace Serverless.ModelTool.Tests.Models;

/// <summary>The manifests of <c>models/</c>, held against what can be known without their weights.</summary>
public sealed class CatalogueTests
{
    private static readonly ModelStore Store = new(TestFiles.InRepository("models"));

    public static TheoryData<string> All => [.. Store.Names];

    public static TheoryData<string> Pulled => [.. Store.Names.Where(name => Store.Open(name).Manifest.Source is not null)];

    public static TheoryData<string> Converted =>
        [.. Store.Names.Where(name => Store.Open(name).Manifest.Source?.Format == WeightsFormat.KerasHdf5)];

    [Fact]
    public void TheCataloguesModelsAreThere() => Assert.Superset(
        new HashSet<string>(["alexnet", "googlenet", "inception-v3", "resnet50", "squeezenet1.1", "vgg16", "vgg16-int8", "vgg19"]),
        new HashSet<string>(Store.Names));

    [Theory]
    [MemberData(nameof(All))]
    public void EveryModelHasACardAndAnAccuracyWithItsSource(string name)
    {
        Assert.StartsWith($"# {name}\n", File.ReadAllText(TestFiles.InRepository("models", name, "README.md")), StringComparison.Ordinal);
        Assert.All(Store.Open(name).Manifest.Accuracy, accuracy => Assert.NotEmpty(accuracy.Source));
        Assert.NotEmpty(Store.Open(name).Manifest.Accuracy);
    }

    [Theory]
    [MemberData(nameof(Pulled))]
    public void EveryModelThatIsPulledHasTwoAddresses(string name) =>
        Assert.Equal(2, Store.Open(name).Manifest.Source!.Urls.Select(url => url.Host).Distinct().Count());

    [Theory]
    [MemberData(nameof(Converted))]
    public void AConvertedModelHasTheOutputsThatItsManifestNames(string name)
    {
        var model = Store.Open(name);
        var architecture = KnownArchitectures.Get(model.Manifest.Source!.Architecture!);
        var source = new KnownNetwork(architecture, new FormulaWeights(architecture, seed: 1));

        var network = source.Build(model.Manifest.Input.Height, model.Manifest.Input.Width, model.Manifest.Features);

        Assert.Equal(model.Manifest.Features, network.Features.Describe(model.Manifest.Features!));
        Assert.Equal((model.Manifest.Output.Name, model.Labels.Count, false), (network.Output.OutputName, network.ClassCount, network.GivesScores));
    }

    [Theory]
    [MemberData(nameof(Converted))]
    public void AConvertedModelGetsThePicturesThatItsArchitectureTakes(string name)
    {
        var manifest = Store.Open(name).Manifest;
        var expected = KnownArchitectures.Get(manifest.Source!.Architecture!).Input;

        Assert.Equal(
            (expected.Width, expected.Height, expected.Channels, expected.Scale, expected.Resize),
            (manifest.Input.Width, manifest.Input.Height, manifest.Input.Channels, manifest.Input.Scale, manifest.Input.Resize));
        Assert.Equal(expected.Mean.Concat(expected.Std), manifest.Input.Mean.Concat(manifest.Input.Std));
    }
}
