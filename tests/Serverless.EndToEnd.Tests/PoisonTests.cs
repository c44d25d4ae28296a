using System.Text.Json;
using Azure.Storage.Blobs.Specialized;

namespace Serverless.EndToEnd.Tests;

/// <summary>What stays broken ends in the poison queue, where an operator finds it.</summary>
public class PoisonTests
{
    [Fact]
    public async Task AfterFiveFailuresABlobIsInThePoisonQueue()
    {
        using var storage = new TemporaryFolder();
        await using var app = await LocalApp.StartAsync(storage.Path, new Dictionary<string, string> { ["BlobPatienceSeconds"] = "1" });
        // Somebody holds the document's lease: it cannot be written, however often one tries.
        await app.Results.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
        await app.Results.PutAsync("stuck.png.json", "{}"u8.ToArray());
        await app.Results.GetBlobClient("stuck.png.json").GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(-1), cancellationToken: TestContext.Current.CancellationToken);

        var etag = await app.Images.PutAsync("stuck.png", Pictures.Coffee);
        var message = await Eventually.GetAsync(
            async () => await app.PoisonQueue.ExistsAsync() && (await app.PoisonQueue.ReceiveMessageAsync()).Value is { } received ? received.MessageText : null,
            "the blob is in the poison queue",
            TimeSpan.FromMinutes(2),
            app.Tail);

        using var json = JsonDocument.Parse(message);
        Assert.Equal("images", json.RootElement.GetProperty("ContainerName").GetString());
        Assert.Equal("stuck.png", json.RootElement.GetProperty("BlobName").GetString());
        Assert.Equal(etag.ToString().Trim('"'), json.RootElement.GetProperty("ETag").GetString()!.Trim('"'));
        Assert.Equal("Host.Functions.ClassifyBlob", json.RootElement.GetProperty("FunctionId").GetString());
        Assert.Equal(5, app.BlobInvocations);
    }
}
