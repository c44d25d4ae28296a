using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;
using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests.Inference;

/// <summary>Graphs of every shape are served from their manifests, and those that do not fit are refused by what does not.</summary>
public sealed class ModelSessionTests : IDisposable
{
    private const string ThreeLabels = """["red", "green", "blue"]""";
    private static readonly TinyGraph Nchw = new() { Input = [0, 3, 8, 8], MeanAxes = [2, 3] };
    private static readonly TinyGraph Nhwc = new() { Input = [0, 8, 8, 3], MeanAxes = [1, 2] };

    private readonly TemporaryModels _models = new();

    public void Dispose() => _models.Dispose();

    public static TheoryData<string, string> ServedGraphs => new()
    {
        { "channels first, free batch", "[0,3,8,8]" },
        { "channels first, batch of 1", "[1,3,8,8]" },
        { "channels first, batch of 4", "[4,3,8,8]" },
        { "channels first, free size", "[0,3,0,0]" },
        { "channels last, free batch", "[0,8,8,3]" },
        { "channels last, batch of 1", "[1,8,8,3]" },
    };

    [Theory]
    [MemberData(nameof(ServedGraphs))]
    public void AGraphIsServedAsItsShapeSays(string what, string shape)
    {
        var input = JsonNode.Parse(shape)!.AsArray().Select(length => length!.GetValue<long>()).ToArray();
        foreach (var keepAxes in new[] { false, true })
        {
            var graph = new TinyGraph { Input = input, MeanAxes = input[1] == 3 ? [2, 3] : [1, 2], KeepAxes = keepAxes };
            using var session = Load(graph);

            Assert.True(session.Layout == (input[1] == 3 ? TensorLayout.Nchw : TensorLayout.Nhwc), what);
            Assert.Equal([1f, 2f, 3f], session.Run(OneTwoThree(session.Layout), TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void WeightsThatAreListedAmongTheInputsAreNotAskedFor(long batch)
    {
        using var session = Load(Nchw with { Input = [batch, 3, 8, 8], HasWeightAmongInputs = true });

        Assert.Equal([1f, 2f, 3f], session.Run(OneTwoThree(TensorLayout.Nchw), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void AShapeThatDoesNotTellTheLayoutLeavesItToTheManifest()
    {
        var graph = new TinyGraph { Input = [1, 0, 0, 0], MeanAxes = [1, 2] };

        using var session = Load(graph, manifest => manifest["input"]!["layout"] = "nhwc");

        Assert.Equal([1f, 2f, 3f], session.Run(OneTwoThree(TensorLayout.Nhwc), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void TheChecksumOfTheGraphIsItsIdentity()
    {
        using var session = Load(Nchw);

        Assert.Equal(new ModelIdentity("tiny", Convert.ToHexStringLower(SHA256.HashData(Nchw.ToBytes()))), session.Identity);
    }

    [Fact]
    public void OfSeveralOutputsTheManifestNamesTheClasses()
    {
        using var session = Load(Nchw with { Outputs = ["scores", "features"] }, manifest => manifest["output"]!["name"] = "scores");

        Assert.Equal(3, session.Run(OneTwoThree(TensorLayout.Nchw), TestContext.Current.CancellationToken).Length);
    }

    [Fact]
    public void AChecksumThatDoesNotMatchStopsTheLoad() =>
        AssertRefused(Nchw, manifest => manifest["graph"] = new JsonObject { ["sha256"] = new string('0', 64) }, "its manifest says 0000");

    [Fact]
    public void ALabelCountThatDiffersFromTheGraphsOutputStopsTheLoad() =>
        AssertRefused(Nchw, _ => { }, "tells 3 classes apart", "labels.json names 2", labels: """["red", "green"]""");

    [Fact]
    public void ASizeThatDiffersFromTheGraphsStopsTheLoad() =>
        AssertRefused(Nchw, manifest => manifest["input"]!["height"] = 16, "height is 16 in the manifest and 8 in image Float[?,3,8,8]");

    [Fact]
    public void ALayoutThatContradictsTheShapeStopsTheLoad() =>
        AssertRefused(Nhwc, manifest => manifest["input"]!["layout"] = "nchw", "input.layout says Nchw");

    [Fact]
    public void AShapeThatTellsNoLayoutNeedsTheManifestsWord() =>
        AssertRefused(new TinyGraph { Input = [1, 0, 0, 0], MeanAxes = [1, 2] }, _ => { }, "input.layout has to");

    [Fact]
    public void OutputsThatAreFeaturesAreNotTheClasses()
    {
        using var session = Load(Nchw with { Outputs = ["scores", "more"] }, manifest => manifest["features"] = new JsonObject { ["vector"] = "more" });

        Assert.Equal([1f, 2f, 3f], session.Run(OneTwoThree(TensorLayout.Nchw), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void AFeatureThatTheGraphDoesNotHaveStopsTheLoad() =>
        AssertRefused(Nchw, manifest => manifest["features"] = new JsonObject { ["map"] = "layer7" }, "layer7");

    [Fact]
    public void AMapWithoutFourAxesStopsTheLoad() =>
        AssertRefused(
            Nchw with { Outputs = ["scores", "flat"] }, manifest => manifest["features"] = new JsonObject { ["map"] = "flat" }, "features.map has 4 axes, flat Float[?,3] has not");

    [Fact]
    public void AVectorThatIsNotTheAverageOfTheMapStopsTheLoad() =>
        AssertRefused(
            Nhwc with { Outputs = ["scores", "more"] },
            manifest => manifest["features"] = new JsonObject { ["map"] = "image", ["vector"] = "more" },
            "its image has 8 channels, its more 3 numbers");

    [Fact]
    public void ClassWeightsOfAnotherShapeStopTheLoad() =>
        AssertRefused(
            Nchw with { Outputs = ["scores", "more"], Input = [4, 3, 8, 8] },
            manifest => manifest["features"] = new JsonObject { ["map"] = "image", ["classWeights"] = "more" },
            "its more is [4, 3], features.classWeights has to be [3, 3]");

    [Fact]
    public void SeveralOutputsNeedAName() =>
        AssertRefused(Nchw with { Outputs = ["scores", "features"] }, _ => { }, "output.name has to say which");

    [Fact]
    public void ANameThatTheGraphDoesNotHaveIsToldWithThoseItHas() =>
        AssertRefused(Nchw, manifest => manifest["input"]!["name"] = "data_0", "no input \"data_0\" but image Float");

    [Fact]
    public void WholeNumbersAreNoImage() =>
        AssertRefused(Nchw with { InputType = TinyGraph.Int64 }, _ => { }, "is not a tensor of float32 or float16");

    [Fact]
    public void AnInputWithoutFourAxesIsNoImage() =>
        AssertRefused(new TinyGraph { Input = [1, 10], MeanAxes = [1] }, _ => { }, "not the four axes");

    [Fact]
    public void WeightsThatWereNotPulledAreSaidToBeSo()
    {
        var manifest = TemporaryModels.ValidManifest("tiny");
        manifest["source"] = new JsonObject { ["format"] = "onnx", ["urls"] = new JsonArray("https://example.org/a.onnx"), ["md5"] = new string('0', 32) };
        _models.Add("tiny", manifest);

        var exception = Assert.Throws<InvalidDataException>(() => ModelSession.Load(new ModelStore(_models.Root).Open("tiny"), InferenceDevice.Cpu));

        Assert.Contains("./run models pull tiny", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 3)]
    [InlineData(0, 7)]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(4, 4)]
    [InlineData(16, 7)]
    public void ImagesOfABatchGetTheAnswersThatEachGetsAlone(int fixedBatch, int images)
    {
        using var session = Load(Nchw with { Input = [fixedBatch, 3, 8, 8] });
        var tensors = Enumerable.Range(1, images).Select(image => (ReadOnlyMemory<float>)OneTwoThree(TensorLayout.Nchw).Select(value => value * image).ToArray()).ToList();

        var answers = session.RunBatch(tensors, [], RunWidth.AllThreads, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(1, images).Select(image => new[] { 1f * image, 2f * image, 3f * image }), answers.Select(answer => answer.Classes));
    }

    [Fact]
    public void FurtherTensorsOfABatchAreThoseOfEachImage()
    {
        using var session = Load(Nchw with { Outputs = ["scores", "more"] }, manifest => manifest["features"] = new JsonObject { ["map"] = "image", ["vector"] = "more" });
        var tensors = new[] { 1, 2 }.Select(image => (ReadOnlyMemory<float>)OneTwoThree(TensorLayout.Nchw).Select(value => value * image).ToArray()).ToList();

        var answers = session.RunBatch(tensors, ["more", "image"], RunWidth.AllThreads, TestContext.Current.CancellationToken);

        Assert.Equal([[1f, 2f, 3f], [2f, 4f, 6f]], answers.Select(answer => answer.Features[0].Values));
        Assert.Equal(tensors.Select(tensor => tensor.ToArray()), answers.Select(answer => answer.Features[1].Values));
        Assert.All(answers, answer => Assert.Equal([3, 8, 8], answer.Features[1].Shape));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(16, 16)]
    public void APlaceOfAFixedBatchIsNotLeftEmpty(int fixedBatch, int best)
    {
        using var session = Load(Nchw with { Input = [fixedBatch, 3, 8, 8] });

        Assert.Equal(best, session.BestBatch);
    }

    [Fact]
    public async Task WithOneThreadTheAnswerIsTheSame()
    {
        using var session = Load(Nchw);
        await Eventually.TrueAsync(() => session.IsReadyFor(RunWidth.OneThread));

        var answer = Assert.Single(session.RunBatch([OneTwoThree(TensorLayout.Nchw)], [], RunWidth.OneThread, TestContext.Current.CancellationToken));

        Assert.Equal([1f, 2f, 3f], answer.Classes);
    }

    [Fact]
    public void ARunThatNobodyWaitsForEnds()
    {
        using var session = Load(Nchw);
        using var gone = new CancellationTokenSource();
        gone.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => session.Run(OneTwoThree(TensorLayout.Nchw), gone.Token));
    }

    private void AssertRefused(TinyGraph graph, Action<JsonObject> change, string expected, string? also = null, string labels = ThreeLabels)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Load(graph, change, labels));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains(also ?? "", exception.Message, StringComparison.Ordinal);
    }

    private ModelSession Load(TinyGraph graph, Action<JsonObject>? change = null, string labels = ThreeLabels)
    {
        var manifest = TemporaryModels.ValidManifest("tiny");
        change?.Invoke(manifest);
        _models.Add("tiny", manifest, labels, graph.ToBytes());
        return ModelSession.Load(new ModelStore(_models.Root).Open("tiny"), InferenceDevice.Cpu);
    }

    /// <summary>8x8 pixels whose red is 1, green 2, blue 3.</summary>
    private static float[] OneTwoThree(TensorLayout layout) =>
        [.. Enumerable.Range(0, 3 * 64).Select(index => (layout == TensorLayout.Nchw ? index / 64 : index % 3) + 1f)];
}
