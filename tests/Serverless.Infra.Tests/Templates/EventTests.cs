using System.Text.Json;

namespace Serverless.Infra.Tests.Templates;

/// <summary>Every upload is told to the app, nothing else is, and what cannot be told is kept and raises an alert.</summary>
public class EventTests(CompiledTemplates templates) : IClassFixture<CompiledTemplates>
{
    private JsonElement Subscription => Assert.Single(templates.OfType("Microsoft.EventGrid/systemTopics/eventSubscriptions")).GetProperty("properties");

    [Fact]
    public void OnlyUploadsToTheImagesContainerAreDelivered()
    {
        var filter = Subscription.GetProperty("filter");
        Assert.Equal("Microsoft.Storage.BlobCreated", Assert.Single(filter.GetProperty("includedEventTypes").EnumerateArray()).GetString());
        // With the slash at the end: "images" is not to stand for "images-old" as well.
        Assert.Equal(
            "[format('/blobServices/default/containers/{0}/blobs/', parameters('imagesContainer'))]", filter.GetProperty("subjectBeginsWith").GetString());
    }

    [Fact]
    public void AnEventThatCannotBeDeliveredIsKept()
    {
        var letters = Subscription.GetProperty("deadLetterWithResourceIdentity");
        Assert.Equal("SystemAssigned", letters.GetProperty("identity").GetProperty("type").GetString());
        Assert.Equal("StorageBlob", letters.GetProperty("deadLetterDestination").GetProperty("endpointType").GetString());
        Assert.Equal(
            "[parameters('deadLetterContainer')]",
            letters.GetProperty("deadLetterDestination").GetProperty("properties").GetProperty("blobContainerName").GetString());
    }

    [Fact]
    public void DeliveryIsTriedForADay()
    {
        var retry = Subscription.GetProperty("retryPolicy");
        Assert.Equal(30, retry.GetProperty("maxDeliveryAttempts").GetInt32());
        Assert.Equal(24 * 60, retry.GetProperty("eventTimeToLiveInMinutes").GetInt32());
    }

    [Fact]
    public async Task TheWebhookIsTheBlobExtensionsWithTheFunctionAndTheKeyEscaped()
    {
        var build = await Command.RunAsync(
            CompiledTemplates.Bicep,
            ["build-params", TestFiles.InRepository("infra", "event-subscription.bicepparam"), "--stdout", "--no-restore"],
            new Dictionary<string, string?>
            {
                ["EVENT_GRID_TOPIC_NAME"] = "topic",
                ["AZURE_STORAGE_ACCOUNT"] = "account",
                ["IMAGES_CONTAINER"] = "images",
                ["DEAD_LETTER_CONTAINER"] = "deadletters",
                ["CLASSIFIER_ENDPOINT"] = "https://app.example",
                ["BLOBS_EXTENSION_KEY"] = "a+b/c==",
            });
        using var output = JsonDocument.Parse(build.Output);
        using var parameters = JsonDocument.Parse(output.RootElement.GetProperty("parametersJson").GetString()!);

        Assert.Equal(
            "https://app.example/runtime/webhooks/blobs?functionName=Host.Functions.ClassifyBlob&code=a%2Bb%2Fc%3D%3D",
            parameters.RootElement.GetProperty("parameters").GetProperty("webhookUrl").GetProperty("value").GetString());
    }

    [Fact]
    public void TheFunctionOfTheWebhookExists() =>
        Assert.Contains(
            typeof(Functions.ClassifyBlob.ClassifyBlobFunction).GetMethods().SelectMany(method => method.CustomAttributes),
            attribute => attribute.AttributeType.Name == "FunctionAttribute" && Equals(attribute.ConstructorArguments[0].Value, "ClassifyBlob"));

    [Theory]
    [InlineData("gpu-t4", "poison-queue", "failure-rate", "dead-letters", "restarts")]
    [InlineData("private", "poison-queue", "failure-rate", "dead-letters", "restarts", "no-replica")]
    [InlineData("flex", "poison-queue", "failure-rate", "dead-letters")]
    public void TheHostingHasItsAlerts(string hosting, params string[] alerts)
    {
        var names = CompiledTemplates.Predicted(hosting)
            .Where(resource => resource.GetProperty("type").GetString() is "Microsoft.Insights/scheduledQueryRules" or "Microsoft.Insights/metricAlerts")
            .Select(alert => alert.GetProperty("name").GetString()!);
        Assert.Equal(alerts.Order(), names.Select(name => name[..name.LastIndexOf('-')]).Order());
    }

    [Fact]
    public void ThePoisonQueuesWritesAreLogged()
    {
        var log = CompiledTemplates.Predicted("cpu").Single(resource => resource.GetProperty("name").GetString() == "queue-writes");
        Assert.Contains("queueServices/default", log.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("StorageWrite", log.GetProperty("properties").GetProperty("logs")[0].GetProperty("category").GetString());
    }
}
