namespace Serverless.ModelTool.Tests.Conversion;

/// <summary>The features of a converted network are those of Keras's <c>include_top=False</c>, with every pooling, of the same pictures.</summary>
public sealed class NarrowVgg16FeatureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("avg")]
    [InlineData("max")]
    [InlineData("none")]
    public async Task FeaturesAreKerass(string pooling)
    {
        var expected = NpyArray.Read(TestFiles.Fixture("keras", "narrow-vgg16", $"features-{pooling}.npy"));

        var actual = await ExtractAsync("--pooling", pooling);

        Assert.Equal(expected.Shape, actual.Shape);
        // Sums over hundreds of products, in another order: off by 1e-5 of the largest.
        Assert.All(expected.Values.Zip(actual.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * expected.Values.Max()));
    }

    [Fact]
    public async Task NormalisedFeaturesAreKerassDividedByTheirLength()
    {
        var expected = NpyArray.Read(TestFiles.Fixture("keras", "narrow-vgg16", "features-avg.npy"));

        var actual = await ExtractAsync("--normalize");

        for (var image = 0; image < expected.Shape[0]; image++)
        {
            var length = Math.Sqrt(expected.Row(image).Sum(value => (double)value * value));
            Assert.All(expected.Row(image).Zip(actual.Row(image)), pair => Assert.Equal(pair.First / length, pair.Second, 1e-5));
        }
    }

    [Fact]
    public async Task ItsDenseLayersAreExplainedByCovering()
    {
        await ConvertAsync();

        var run = await Tool.RunAsync(
            "explain", TestFiles.InRepository("samples", "chelsea.png"), "--out", _folder.File("overlay.png"), "--models", _folder.Path, "--model", "narrow");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("occlusion 8 x 8, 50 runs", run.Output, StringComparison.Ordinal);
    }

    private async Task<NpyArray> ExtractAsync(params string[] options)
    {
        await ConvertAsync();
        var pictures = new[] { "chelsea.png", "coffee.png", "rocket.jpg" }.Select(name => TestFiles.InRepository("samples", name));
        var run = await Tool.RunAsync(["features", .. pictures, "--out", _folder.File("features.npy"), "--models", _folder.Path, "--model", "narrow", .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        return NpyArray.Read(_folder.File("features.npy"));
    }

    private async Task ConvertAsync()
    {
        var run = await Tool.RunAsync("convert", TestFiles.Fixture("keras", "narrow-vgg16", "keras3.keras"), "--name", "narrow", "--models", _folder.Path, "--preprocessing", "vgg16");
        Assert.True(run.ExitCode == 0, run.Error);
    }
}
