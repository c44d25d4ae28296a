using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Serverless.Infra.Tests.Published;

/// <summary>Event Grid's own events, as it posts them, run the function of the app that is deployed.</summary>
[Collection(nameof(AppForAzure))]
public class EventGridTests(AppForAzure app)
{
    // The two schemas of Microsoft.Storage.BlobCreated as Microsoft documents them (learn.microsoft.com/azure/event-grid/event-schema-blob-storage).
    private const string EventGridSchema = """
        [{
          "topic": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/account",
          "subject": "/blobServices/default/containers/elsewhere/blobs/rocket.jpg",
          "eventType": "Microsoft.Storage.BlobCreated",
          "eventTime": "2026-01-01T00:00:00.0000000Z",
          "id": "831e1650-001e-001b-66ab-eeb76e069631",
          "data": DATA,
          "dataVersion": "",
          "metadataVersion": "1"
        }]
        """;

    private const string CloudEventSchema = """
        {
          "source": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/account",
          "subject": "/blobServices/default/containers/elsewhere/blobs/rocket.jpg",
          "type": "Microsoft.Storage.BlobCreated",
          "time": "2026-01-01T00:00:00.0000000Z",
          "id": "831e1650-001e-001b-66ab-eeb76e069631",
          "data": DATA,
          "specversion": "1.0"
        }
        """;

    private const string Data = """
        {
          "api": "PutBlob",
          "clientRequestId": "6d79dbfb-0e37-4fc4-981f-442c9ca65760",
          "requestId": "831e1650-001e-001b-66ab-eeb76e000000",
          "eTag": "0x8D4BCC2E4835CD0",
          "contentType": "image/jpeg",
          "contentLength": 524288,
          "blobType": "BlockBlob",
          "url": "URL",
          "sequencer": "00000000000004420000000000028963",
          "storageDiagnostics": { "batchId": "b68529f3-68cd-4744-baa4-3c0498ec19f0" }
        }
        """;

    [Theory]
    [InlineData(EventGridSchema, "application/json")]
    [InlineData(CloudEventSchema, "application/cloudevents+json")]
    public async Task AnEventRunsTheFunction(string schema, string contentType)
    {
        using var storage = new TemporaryFolder();
        await using var host = await LocalApp.StartPublishedAsync(app.Path, new Dictionary<string, string>(), storage.Path);
        // In a container that the local host does not watch: nobody but the event tells of this blob. The function looks at where it lies and leaves it.
        var container = host.Storage.GetBlobContainerClient("elsewhere");
        await container.CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        var blob = container.GetBlobClient("rocket.jpg");
        await using (var picture = File.OpenRead(TestFiles.InRepository("samples", "rocket.jpg")))
        {
            await blob.UploadAsync(picture, TestContext.Current.CancellationToken);
        }

        var data = Data.Replace("URL", blob.Uri.ToString(), StringComparison.Ordinal);
        using var notification = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Http.BaseAddress!, "/runtime/webhooks/blobs?functionName=Host.Functions.ClassifyBlob"))
        {
            Content = new StringContent(schema.Replace("DATA", data, StringComparison.Ordinal), Encoding.UTF8),
            Headers = { { "aeg-event-type", "Notification" } },
        };
        notification.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var accepted = await host.Http.SendAsync(notification, TestContext.Current.CancellationToken);

        Assert.True(accepted.StatusCode == HttpStatusCode.Accepted, $"{accepted.StatusCode}: {host.Tail()}");
        await Eventually.TrueAsync(
            () => host.Output.Any(line => line.Contains("Ignored an event for elsewhere/rocket.jpg", StringComparison.Ordinal)), "the function runs", details: host.Tail);
        Assert.Equal(1, host.BlobInvocations);
    }
}
