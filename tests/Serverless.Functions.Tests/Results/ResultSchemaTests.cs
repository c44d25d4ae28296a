using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Explanation;
using Serverless.Classifier.Imaging;
using Serverless.Functions.Json;
using Serverless.Functions.Results;

namespace Serverless.Functions.Tests.Results;

/// <summary>The schema takes what the app writes, and nothing else: a schema that takes everything would hold nothing.</summary>
public class ResultSchemaTests
{
    private static readonly Classification Answer = new(
        new ImageFacts(ImageFormat.Jpeg, 3, 2, ["The picture has 3 frames; the first was taken."]),
        new ModelIdentity("vgg16", new string('0', 64)),
        [new(1, 281, "n02123045", "tabby", 0.75f), new(2, 0, null, "cat", 0.25f)],
        new ClassificationTiming(TimeSpan.FromMilliseconds(3.14), TimeSpan.FromMilliseconds(104.26)));

    private static readonly ClassExplanation Explanation = new(
        ExplanationMethod.Occlusion, new(3, 0, null, "cat", 0.25f), new HeatMap(1, 1, [1], new SeenArea(0, 0, 1, 1)), 50, TimeSpan.FromMilliseconds(7));

    private static readonly ClassifierException Refusal = new(ErrorKind.NotAnImage, "The bytes are not an image.");
    private static readonly ResultSource Blob = ResultSource.OfBlob("images", "cat.jpg", new BlobVersion("0x8D", DateTimeOffset.UnixEpoch, 7));

    public static TheoryData<string> Written => [.. Documents.Keys];

    private static Dictionary<string, ResultDocument> Documents => new()
    {
        ["classified"] = ResultDocument.Classified(Answer, null, TimeProvider.System),
        ["explained"] = ResultDocument.Classified(Answer with { Explanation = Explanation }, null, TimeProvider.System),
        ["classified blob"] = ResultDocument.Classified(Answer, Blob, TimeProvider.System),
        ["classified file"] = ResultDocument.Classified(Answer, ResultSource.OfFile("cat.jpg", 7), TimeProvider.System),
        ["rejected blob"] = ResultDocument.Rejected(Refusal, Blob, TimeProvider.System),
        ["rejected file"] = ResultDocument.Rejected(Refusal, ResultSource.OfFile("cat.jpg", null), TimeProvider.System),
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void TheSchemaTakesWhatTheAppWrites(string document)
    {
        using var json = JsonDocument.Parse(AnswerJson.Serialize(Documents[document]));

        Assert.Empty(Document.Violations(json.RootElement));
    }

    [Theory]
    [InlineData("status", "\"done\"")]
    [InlineData("schemaVersion", "2")]
    [InlineData("classifiedAt", "\"yesterday\"")]
    [InlineData("classifiedAt", null)]
    [InlineData("warnings", null)]
    [InlineData("model", null)]
    [InlineData("image", null)]
    [InlineData("predictions", "[]")]
    [InlineData("predictions", "[{\"rank\":1,\"label\":\"cat\",\"probability\":1.5}]")]
    [InlineData("error", "{\"code\":\"image_empty\",\"message\":\"Both at once.\"}")]
    [InlineData("explanation", "{\"method\":\"cam\"}")]
    [InlineData("surprise", "1")]
    [InlineData("source", "{\"container\":\"images\"}")]
    public void TheSchemaRefusesWhatTheAppNeverWrites(string property, string? value)
    {
        var json = JsonNode.Parse(AnswerJson.Serialize(Documents["classified blob"]))!.AsObject();
        json.Remove(property);
        if (value is not null)
        {
            json[property] = JsonNode.Parse(value);
        }

        Assert.NotEmpty(Document.Violations(JsonSerializer.SerializeToElement(json)));
    }

    [Fact]
    public void PropertiesThatAreNotThereAreLeftOut() =>
        Assert.DoesNotContain("null", System.Text.Encoding.UTF8.GetString(AnswerJson.Serialize(Documents["classified"])), StringComparison.Ordinal);

    [Fact]
    public void TimesAreRoundedToATenthOfAMillisecond()
    {
        using var json = JsonDocument.Parse(AnswerJson.Serialize(Documents["classified"]));

        Assert.Equal("""{"decodeMs":3.1,"inferenceMs":104.3}""", json.RootElement.GetProperty("timing").GetRawText());
    }

    [Fact]
    public void NamesStayLegible()
    {
        var document = ResultDocument.Classified(Answer, ResultSource.OfFile("Katze Ä 猫+&.png", 1), TimeProvider.System);

        Assert.Contains("Katze Ä 猫+&.png", System.Text.Encoding.UTF8.GetString(AnswerJson.Serialize(document)), StringComparison.Ordinal);
    }
}
