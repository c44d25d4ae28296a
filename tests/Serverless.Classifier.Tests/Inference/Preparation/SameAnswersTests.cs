using Serverless.Classifier.Imaging;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Models;
using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests.Inference.Preparation;

/// <summary>The plain graph is the slow twin of the prepared one: they answer alike.</summary>
public sealed class SameAnswersTests : IDisposable
{
    private readonly TemporaryModels _models = new();

    public void Dispose() => _models.Dispose();

    [Theory]
    [InlineData("efficientnet-lite0")]
    [InlineData("vgg16-cifar10")]
    public void OnAHundredPhotographsTheFiveBestAreTheSame(string name)
    {
        var folder = TestFiles.Shared(out var reason, "data", "images");
        Assert.SkipWhen(folder is null, reason);
        string[] pictures = [.. Directory.EnumerateFiles(folder, "*.JPEG").Order()];
        Assert.Equal(100, pictures.Length);

        AssertSameAnswers(name, pictures);
    }

    [Theory]
    [InlineData("efficientnet-lite0")]
    [InlineData("vgg16-cifar10")]
    public void OnTheSamplesTheFiveBestAreTheSame(string name)
    {
        string[] pictures = [.. Directory.EnumerateFiles(TestFiles.InRepository("samples")).Where(file => file.EndsWith(".png", StringComparison.Ordinal) || file.EndsWith(".jpg", StringComparison.Ordinal))];
        Assert.NotEmpty(pictures);

        AssertSameAnswers(name, pictures);
    }

    [Fact]
    public void FeaturesInsideTheGraphAreTheSame()
    {
        var (plain, prepared) = Load("efficientnet-lite0");
        using (plain)
        using (prepared)
        {
            var features = plain.Model.Manifest.Features!;
            var tensor = Tensor(plain, TestFiles.InRepository("samples", "chelsea.png"));

            var expected = plain.RunWithFeatures(tensor, [features.Map!], TestContext.Current.CancellationToken).Features[0];
            var actual = prepared.RunWithFeatures(tensor, [features.Map!], TestContext.Current.CancellationToken).Features[0];

            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(expected.Values, actual.Values);
            Assert.Equal(plain.ClassWeights!.Values, prepared.ClassWeights!.Values);
        }
    }

    private void AssertSameAnswers(string name, string[] pictures)
    {
        var (plain, prepared) = Load(name);
        using (plain)
        using (prepared)
        {
            foreach (var picture in pictures)
            {
                var tensor = Tensor(plain, picture);
                var expected = Best(plain.Run(tensor, TestContext.Current.CancellationToken));
                var actual = Best(prepared.Run(tensor, TestContext.Current.CancellationToken));

                Assert.Equal(expected.Select(best => best.Index), actual.Select(best => best.Index));
                // The kernels are the same and sum in the same order.
                Assert.Equal(expected.Select(best => best.Value), actual.Select(best => best.Value));
            }
        }
    }

    private (ModelSession Plain, ModelSession Prepared) Load(string name)
    {
        CopiedModel.Make(_models.Root, "copy", TestFiles.InRepository("models", name), _ => { });
        var model = new ModelStore(_models.Root).Open("copy");
        var plain = ModelSession.Load(model, InferenceDevice.Cpu);
        RunnableGraph.Open(model, InferenceDevice.Cpu).Prepare();
        var prepared = ModelSession.Load(model, InferenceDevice.Cpu);
        Assert.Equal((false, true), (plain.IsPrepared, prepared.IsPrepared));
        return (plain, prepared);
    }

    private static float[] Tensor(ModelSession session, string picture)
    {
        var tensor = new float[session.TensorLength];
        new ImagePreprocessor(new ImageLimits()).Preprocess(
            File.ReadAllBytes(picture), session.Model.Manifest.Input, session.Layout, tensor, TestContext.Current.CancellationToken);
        return tensor;
    }

    private static (int Index, float Value)[] Best(float[] classes) =>
        [.. classes.Select((value, index) => (index, value)).OrderByDescending(best => best.value).Take(5)];
}
