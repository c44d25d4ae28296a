using System.Text;
using System.Text.Json;

namespace Serverless.LocalHost.Triggers;

/// <summary>The Event Grid event that says that a blob was written.</summary>
internal static class BlobEvent
{
    public static HttpRequestMessage Created(BlobVersion version, Uri blob, DateTimeOffset at)
    {
        var events = new[]
        {
            new
            {
                id = Guid.NewGuid().ToString(),
                topic = "/local",
                subject = $"/blobServices/default/containers/{version.Container}/blobs/{version.Name}",
                eventType = "Microsoft.Storage.BlobCreated",
                eventTime = at,
                dataVersion = "",
                metadataVersion = "1",
                data = new { api = "PutBlob", eTag = version.ETag, blobType = "BlockBlob", url = blob.AbsoluteUri },
            },
        };
        return new HttpRequestMessage(HttpMethod.Post, $"http://localhost/runtime/webhooks/blobs?functionName=Host.Functions.{Uri.EscapeDataString(version.Function)}")
        {
            Headers = { { "aeg-event-type", "Notification" } },
            Content = new StringContent(JsonSerializer.Serialize(events), Encoding.UTF8, "application/json"),
        };
    }
}
