using Microsoft.ML.OnnxRuntime;

namespace Serverless.ModelTool.Tests.Conversion;

/// <summary>A narrow VGG16 that Keras wrote and answered with (<c>tests/fixtures/keras</c>).</summary>
public sealed class NarrowVgg16Tests : IDisposable
{
    private readonly TemporaryFolder _models = new();

    public static TheoryData<string> Layouts =>
        ["applications-layout.h5", "keras2-weights.h5", "keras2-model.h5", "keras3.weights.h5", "keras3-model.h5", "keras3.keras"];

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task EveryLayoutGivesTheProbabilitiesOfKeras(string layout)
    {
        await ConvertAsync(layout);
        var expected = NpyArray.Read(TestFiles.Fixture("keras", "narrow-vgg16", "probabilities.npy")).Row(0);

        using var session = new InferenceSession(_models.File(layout, "model.onnx"));
        var actual = session.RunOnImage(ToNchw(NpyArray.Read(TestFiles.Fixture("keras", "narrow-vgg16", "input.npy"))));

        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-5f));
    }

    [Fact]
    public async Task TheFeatureMapIsWhatKerasGivesWithoutTheTop()
    {
        await ConvertAsync("keras3.keras");
        var expected = ToNchw(NpyArray.Read(TestFiles.Fixture("keras", "narrow-vgg16", "features-none.npy"))).Values;

        using var session = new InferenceSession(_models.File("keras3.keras", "model.onnx"));
        var actual = session.RunOnImage(ToNchw(NpyArray.Read(TestFiles.Fixture("keras", "narrow-vgg16", "input.npy"))), "feature_map");

        Assert.Equal(7 * 7 * 32, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-5f * expected.Max()));
    }

    [Fact]
    public async Task EveryLayoutGivesTheSameFiles()
    {
        List<(string Graph, string Weights)> files = [];
        foreach (var layout in Layouts.Select(row => row.Data))
        {
            await ConvertAsync(layout);
            files.Add((Sha256(layout, "model.onnx"), Sha256(layout, "model.weights")));
        }

        Assert.Single(files.Distinct());
    }

    [Fact]
    public async Task AnyNumberOfImagesGoesThroughAtATime()
    {
        await ConvertAsync("keras2-weights.h5");
        var image = ToNchw(NpyArray.Read(TestFiles.Fixture("keras", "narrow-vgg16", "input.npy"))).Values;
        using var session = new InferenceSession(_models.File("keras2-weights.h5", "model.onnx"));

        var alone = session.RunOnImage(new([1, 3, 224, 224], image));
        var thrice = session.RunOnImage(new([3, 3, 224, 224], [.. image, .. image, .. image]));

        Assert.All(thrice.Zip([.. alone, .. alone, .. alone]), pair => Assert.Equal(pair.Second, pair.First, tolerance: 1e-6f));
    }

    [Fact]
    public async Task TheGraphNamesTheChecksumOfItsWeights()
    {
        await ConvertAsync("keras2-weights.h5");

        using var session = new InferenceSession(_models.File("keras2-weights.h5", "model.onnx"));

        Assert.Equal(Sha256("keras2-weights.h5", "model.weights"), session.ModelMetadata.CustomMetadataMap["weights_sha256"]);
    }

    public void Dispose() => _models.Dispose();

    private async Task ConvertAsync(string layout)
    {
        // Weights alone need the architecture; a whole model says itself what it is.
        var isWhole = layout.Contains("model", StringComparison.Ordinal) || layout.EndsWith(".keras", StringComparison.Ordinal);
        string[] architecture = isWhole ? [] : ["--architecture", "vgg16"];
        var run = await Tool.RunAsync(
            ["convert", TestFiles.Fixture("keras", "narrow-vgg16", layout), "--name", layout, "--models", _models.Path, .. architecture]);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private string Sha256(string model, string file) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_models.File(model, file))));

    /// <summary>The first of some images with the channels last.</summary>
    private static NpyArray ToNchw(NpyArray image)
    {
        var (height, width, channels) = (image.Shape[1], image.Shape[2], image.Shape[3]);
        var values = new float[height * width * channels];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < channels; channel++)
                {
                    values[(((channel * height) + y) * width) + x] = image.Values[(((y * width) + x) * channels) + channel];
                }
            }
        }

        return new([1, channels, height, width], values);
    }
}
