using Serverless.Classifier.Errors;
using Serverless.Classifier.Explanation;
using Serverless.Classifier.Tests.Imaging;
using Serverless.Classifier.Tests.Inference;
using Serverless.Classifier.Tests.Models;
using Serverless.Classifier.Tests.Networks;

namespace Serverless.Classifier.Tests.Explanation;

/// <summary>Explanations of real networks' answers.</summary>
public sealed class ExplanationTests : IDisposable
{
    private const string EfficientNet = "efficientnet-lite0";
    private const string WithoutPooling = "vgg16-cifar10";
    private static readonly byte[] Cat = File.ReadAllBytes(TestFiles.InRepository("samples", "chelsea.png"));

    private readonly TemporaryModels _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task TheMeanOfTheActivationMapIsTheClassesScoreWithoutItsBias()
    {
        using var host = new ClassifierHost(TestFiles.InRepository("models"), EfficientNet);
        var all = (await ClassifyAsync(host, new() { Top = 100 })).Predictions;
        var bias = EfficientNetDense.Read().Bias;
        var scores = new List<double>();
        foreach (var prediction in all.Take(10))
        {
            var explanation = await ExplainAsync(host, new() { Method = ExplanationMethod.Cam, Class = $"{prediction.Index}" });
            scores.Add(explanation.Heat.Values.Average() + bias[prediction.Index]);
        }

        // Differences of scores are logarithms of ratios of probabilities.
        var expected = all.Take(10).Select(prediction => Math.Log(prediction.Probability / all[0].Probability));
        Assert.Equal(expected, scores.Select(score => score - scores[0]), (one, other) => Math.Abs(one - other) < 1e-4);
    }

    [Fact]
    public async Task TheTopClassIsExplainedAndTheAnswerIsTheSame()
    {
        using var host = new ClassifierHost(TestFiles.InRepository("models"), EfficientNet);
        var plain = await ClassifyAsync(host, new());

        var answer = await ClassifyAsync(host, new() { Explain = new() });

        Assert.Equal(plain.Predictions, answer.Predictions);
        Assert.Null(plain.Explanation);
        Assert.Equal(answer.Predictions[0], answer.Explanation!.Class);
        Assert.Equal((ExplanationMethod.Cam, 7, 7, 1), (answer.Explanation.Method, answer.Explanation.Heat.Columns, answer.Explanation.Heat.Rows, answer.Explanation.Runs));
    }

    [Fact]
    public async Task ANamedClassIsExplainedWithItsRank()
    {
        using var host = new ClassifierHost(TestFiles.InRepository("models"), EfficientNet);
        var third = (await ClassifyAsync(host, new())).Predictions[2];

        Assert.Equal(third, (await ExplainAsync(host, new() { Class = third.ClassId })).Class);
    }

    [Fact]
    public async Task ANetworkWithoutGlobalPoolingIsExplainedByCovering()
    {
        using var host = new ClassifierHost(TestFiles.InRepository("models"), WithoutPooling);

        var explanation = await ExplainAsync(host, new());

        Assert.Equal((ExplanationMethod.Occlusion, 8, 8, 50), (explanation.Method, explanation.Heat.Columns, explanation.Heat.Rows, explanation.Runs));
        Assert.Contains(explanation.Heat.Values, heat => heat > 0);
    }

    [Fact]
    public async Task AnActivationMapOfSuchANetworkIsRefused()
    {
        using var host = new ClassifierHost(TestFiles.InRepository("models"), WithoutPooling);

        Assert.Equal(ErrorKind.NotOffered, (await RefusedAsync(host, new() { Method = ExplanationMethod.Cam })).Kind);
    }

    [Fact]
    public async Task AClassThatIsNotThereIsRefusedBeforeTheNetworkRuns()
    {
        using var host = new ClassifierHost(TestFiles.InRepository("models"), EfficientNet);

        Assert.Equal(ErrorKind.UnknownClass, (await RefusedAsync(host, new() { Class = "unicorn" })).Kind);
    }

    [Fact]
    public async Task CoveringLooksWhereTheNetworkLooks()
    {
        // Class c is the mean of colour channel c, so a picture is red for its left half alone.
        using var host = ColourHost(batch: 0);

        var heat = (await ExplainAsync(host, new() { Method = ExplanationMethod.Occlusion, Class = "red" }, RedOnTheLeft())).Heat;

        Assert.All(Enumerable.Range(0, 64), cell => Assert.True(cell % 8 < 3 ? heat.Values[cell] > 0 : cell % 8 < 5 || heat.Values[cell] < 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(16)]
    public async Task AFixedBatchGivesTheHeatOfAFreeOne(int batch)
    {
        using var free = ColourHost(batch: 0);
        var request = new ExplanationRequest { Method = ExplanationMethod.Occlusion, Class = "red" };
        var expected = (await ExplainAsync(free, request, RedOnTheLeft())).Heat.Values;
        using var host = ColourHost(batch);

        Assert.Equal(expected, (await ExplainAsync(host, request, RedOnTheLeft())).Heat.Values, (one, other) => Math.Abs(one - other) < 1e-6f);
    }

    [Fact]
    public async Task WhoLeavesEndsTheCoveringAndGivesHisPlaceBack()
    {
        using var host = new ClassifierHost(TestFiles.InRepository("models"), EfficientNet, options => options.MaxWaiting = 0);
        await ClassifyAsync(host, new());
        using var leaving = new CancellationTokenSource();
        var request = new ClassificationRequest { Explain = new() { Method = ExplanationMethod.Occlusion } };
        var explaining = host.Classifier.ClassifyAsync(Cat, request, leaving.Token);

        var refused = await Assert.ThrowsAsync<ClassifierException>(() => ClassifyAsync(host, new()));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => explaining);

        Assert.Equal(ErrorKind.TooBusy, refused.Kind);
        Assert.NotNull(await ClassifyAsync(host, new()));
    }

    private ClassifierHost ColourHost(int batch)
    {
        var name = $"colours-{batch}";
        var manifest = TemporaryModels.ValidManifest(name);
        manifest["input"]!["scale"] = 16;
        manifest["input"]!["width"] = 16;
        manifest["input"]!["height"] = 16;
        _models.Add(
            name, manifest, """["red", "green", "blue"]""", new TinyGraph { Input = [batch, 3, 16, 16], MeanAxes = [2, 3] }.ToBytes());
        return new(_models.Root, name);
    }

    private static byte[] RedOnTheLeft()
    {
        byte[] row = [.. Enumerable.Repeat<byte[]>([0, 0, 255], 8).Concat(Enumerable.Repeat<byte[]>([255, 0, 0], 8)).SelectMany(blueGreenRed => blueGreenRed)];
        return BmpFile.Write(16, 16, 24, 0, [], [.. Enumerable.Repeat(row, 16).SelectMany(pixels => pixels)]);
    }

    private static async Task<ClassExplanation> ExplainAsync(ClassifierHost host, ExplanationRequest request, byte[]? image = null) =>
        (await ClassifyAsync(host, new() { Explain = request }, image)).Explanation!;

    private static Task<Classification> ClassifyAsync(ClassifierHost host, ClassificationRequest request, byte[]? image = null) =>
        host.Classifier.ClassifyAsync(image ?? Cat, request, TestContext.Current.CancellationToken);

    private static Task<ClassifierException> RefusedAsync(ClassifierHost host, ExplanationRequest request) =>
        Assert.ThrowsAsync<ClassifierException>(() => ExplainAsync(host, request));
}
