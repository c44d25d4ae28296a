using System.Text.Json;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Onnx;

namespace Serverless.ModelTool.Tests.Models;

/// <summary>
/// From the picture's file to the thousand probabilities, against what Keras answered with the same weights (<c>tests/fixtures/keras/full-
/// size</c>).
/// </summary>
public sealed class Vgg16FullSizeTests(FullSizeVgg16 vgg16) : IClassFixture<FullSizeVgg16>
{
    private static readonly JsonElement _meta = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Fixture("keras", "full-size", "meta.json"))).RootElement;

    public static TheoryData<int, string> Pictures =>
        [.. _meta.GetProperty("pictures").EnumerateArray().Select((picture, index) => (index, picture.GetString()!))];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void APictureGetsTheProbabilitiesOfKeras(int index, string picture)
    {
        var actual = Answer(picture);

        var expected = NpyArray.Read(TestFiles.Fixture("keras", "full-size", "vgg16.probabilities.npy")).Row(index);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-5f));
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void APictureGetsTheTopFiveOfKeras(int index, string picture)
    {
        var actual = Answer(picture).Index().OrderByDescending(label => label.Item).Take(5).Select(label => label.Index);

        Assert.Equal(TopFive(index), actual);
    }

    [Fact]
    public async Task TheCommandLinePrintsKerassTopFive()
    {
        var labels = Labels.Read(TestFiles.InRepository("models", "vgg16", "labels.json"));

        var run = await Tool.RunAsync(
            "classify", TestFiles.InRepository("samples", "chelsea.png"), "--model", "vgg16-synth", "--models", vgg16.ModelsFolder, "--format", "keras");

        var expected = TopFive(1).Select(index => $"('{labels[index].ClassId}', '{labels[index].Name}', ");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(expected, run.Output.Trim('[', ']', '\n').Split("), ").Select(tuple => tuple[..(tuple.LastIndexOf(' ') + 1)]));
    }

    [Fact]
    public void EveryTensorStartsAtAPageSoThatItCanBeMapped()
    {
        var tensors = OnnxFile.Read(Path.Combine(vgg16.ModelsFolder, "vgg16-synth", "model.onnx")).ExternalTensors;

        Assert.Equal(32, tensors.Count);
        Assert.All(tensors, tensor => Assert.Equal(0, tensor.Offset % 4096));
        Assert.Equal(138_357_544, tensors.Sum(tensor => tensor.Length) / sizeof(float));
    }

    private static IEnumerable<int> TopFive(int picture) =>
        _meta.GetProperty("models").GetProperty("vgg16").GetProperty("top5")[picture].EnumerateArray().Select(pair => pair[0].GetInt32());

    private float[] Answer(string picture)
    {
        var tensor = new float[3 * 224 * 224];
        new ImagePreprocessor(new ImageLimits()).Preprocess(
            File.ReadAllBytes(PathOf(picture)), Vgg16.Architecture.Input, TensorLayout.Nchw, tensor, TestContext.Current.CancellationToken);
        return vgg16.Session.RunOnImage(new([1, 3, 224, 224], tensor));
    }

    private static string PathOf(string picture)
    {
        if (picture.StartsWith("samples/", StringComparison.Ordinal))
        {
            return TestFiles.InRepository(picture.Split('/'));
        }

        var path = TestFiles.Shared(out var skip, ["data", .. picture.Split('/')]);
        Assert.SkipWhen(path is null, skip);
        return path!;
    }
}
