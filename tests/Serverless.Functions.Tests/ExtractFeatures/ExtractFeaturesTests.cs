using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Features;
using Serverless.Functions.ExtractFeatures;
using Serverless.Functions.Tests.ClassifyImage;

namespace Serverless.Functions.Tests.ExtractFeatures;

public class ExtractFeaturesTests(AzuriteFixture fixture)
{
    private const string Model = "efficientnet-lite0";

    [Theory]
    [InlineData("", "avg", false, new[] { 1280 })]
    [InlineData("&pooling=avg&normalize=true", "avg", true, new[] { 1280 })]
    [InlineData("&pooling=MAX", "max", false, new[] { 1280 })]
    [InlineData("&pooling=none", "none", false, new[] { 7, 7, 1280 })]
    public async Task TheFeaturesAreThoseOfTheClassifier(string query, string pooling, bool normalized, int[] shape)
    {
        await using var app = Make();
        var wanted = new FeatureRequest { Model = Model, Pooling = Enum.Parse<PoolingKind>(pooling, ignoreCase: true), Normalize = normalized };
        var expected = await app.Get<ImageClassifier>().ExtractFeaturesAsync(Pictures.Cat, wanted, TestContext.Current.CancellationToken);

        var document = await ExtractAsync(app, query);

        Assert.Equal((pooling, normalized), (document.GetProperty("pooling").GetString(), document.GetProperty("normalized").GetBoolean()));
        Assert.Equal(shape, document.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()));
        Assert.Equal(expected.Values, document.GetProperty("values").EnumerateArray().Select(value => value.GetSingle()));
    }

    [Fact]
    public async Task TheDocumentSaysOfWhatAndByWhichNetwork()
    {
        await using var app = Make();

        var document = await ExtractAsync(app, "");

        Assert.Equal((1, "png", 451), (document.GetProperty("schemaVersion").GetInt32(), document.GetProperty("image").GetProperty("format").GetString(), document.GetProperty("image").GetProperty("width").GetInt32()));
        Assert.Equal((Model, 64), (document.GetProperty("model").GetProperty("name").GetString(), document.GetProperty("model").GetProperty("sha256").GetString()!.Length));
        Assert.Empty(document.GetProperty("warnings").EnumerateArray());
    }

    [Theory]
    [InlineData("pooling=median", "pooling is 'median'; it can be avg, max, none.")]
    [InlineData("pooling=1", "pooling is '1'; it can be avg, max, none.")]
    [InlineData("normalize=yes", "normalize is 'yes'; it can be true or false.")]
    [InlineData("pooling=none&normalize=true", "leave one of them out")]
    public async Task AValueThatAParameterCannotHaveIsRefusedWithThoseItCan(string query, string expected)
    {
        await using var app = Make();

        var refusal = await Assert.ThrowsAsync<ClassifierException>(() => RunAsync(app, app.Request("POST", $"?model={Model}&{query}", Pictures.Cat)));

        Assert.Equal("invalid_request", refusal.Kind.Code);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AModelWithoutFeaturesOffersNone()
    {
        using var models = new TemporaryFolder();
        CopiedModel.Make(models.Path, "plain", TestFiles.InRepository("models", TestApp.Model), manifest => manifest.Remove("features"));
        await using var app = TestApp.WithoutContainers(fixture.Azurite, ("Classifier:ModelsPath", models.Path), ("Classifier:Model", "plain"));

        Assert.Equal(ErrorKind.NotOffered, await Answers.ProblemAsync(RunAsync(app, app.Request("POST", "", Pictures.Cat))));
    }

    [Fact]
    public async Task AFormIsRefusedWithWhatWouldBeRight()
    {
        await using var app = Make();
        var (body, contentType) = await Form.OfAsync(("image", "cat.png", Pictures.Cat));

        var refusal = await Assert.ThrowsAsync<ClassifierException>(() => RunAsync(app, app.Request("POST", "", body, contentType)));

        Assert.Equal("invalid_request", refusal.Kind.Code);
        Assert.Contains("--data-binary", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABodyThatIsTooLargeIsRefused()
    {
        await using var app = TestApp.WithoutContainers(fixture.Azurite, ("Classifier:MaxImageBytes", "100"));

        Assert.Equal(ErrorKind.TooManyBytes, await Answers.ProblemAsync(RunAsync(app, app.Request("POST", $"?model={Model}", Pictures.Cat))));
    }

    private TestApp Make() => TestApp.WithoutContainers(fixture.Azurite);

    private static Task<IResult> RunAsync(TestApp app, HttpRequest request) =>
        app.Make<ExtractFeaturesFunction>().RunAsync(request, TestContext.Current.CancellationToken);

    private static async Task<JsonElement> ExtractAsync(TestApp app, string query)
    {
        var request = app.Request("POST", $"?model={Model}{query}", Pictures.Cat);
        var (status, body) = await Answers.ReadAsync(request, await RunAsync(app, request));
        Assert.Equal(200, status);
        using var json = JsonDocument.Parse(body);
        return json.RootElement.Clone();
    }
}
