using Azure.Storage.Queues;
using Serverless.LocalHost.Tests.Running;

namespace Serverless.LocalHost.Tests.Triggers;

public sealed class BlobFlowTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly RunningHost _host = shared.Host;
    private readonly TestFolder _folder = shared.Folder;

    [Fact]
    public async Task EachOfManyFastUploadsRunsOnce()
    {
        var names = Enumerable.Range(0, 150).Select(i => $"fast/{i:000}.png").ToList();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (name, _) => await _host.UploadAsync(name, name));

        await DoneAsync(names);
        Assert.Equal(names, Started("fast/").Order());
    }

    [Theory]
    [InlineData("odd/folder/a b.png")]
    [InlineData("odd/ünï-日本.png")]
    [InlineData("odd/a#b?c%d&e+f.png")]
    [InlineData("odd/100%25.png")]
    [InlineData("odd/quote'\"x.png")]
    [InlineData("odd/.hidden")]
    [InlineData("odd/[x]{y}.png")]
    public async Task ABlobWithAnOddNameRunsUnderItsName(string name)
    {
        await _host.UploadAsync(name, "x");

        await DoneAsync([name]);
        var entry = _folder.Entries("blob").Single(entry => entry.GetProperty("name").GetString() == name);
        Assert.Equal((name, "images"), (entry.GetProperty("clientName").GetString(), entry.GetProperty("container").GetString()));
    }

    [Fact]
    public async Task EachNewContentUnderTheSameNameRunsOnce()
    {
        for (var i = 1; i <= 3; i++)
        {
            var version = i;
            await _host.UploadAsync("again/a.png", "same content");
            await Eventually.TrueAsync(() => _folder.Names("blob-done").Count(name => name == "again/a.png") == version, details: () => _host.Output);
        }
        Assert.Equal(3, _folder.Entries("blob").Where(entry => entry.GetProperty("name").GetString() == "again/a.png").Select(entry => entry.GetProperty("etag").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task AFailingBlobIsTriedFiveTimesAndThenLiesInThePoisonQueueAsTheRealHostPutsIt()
    {
        await _host.UploadAsync("fail-poison.png", "x");

        var queue = new QueueClient(_host.Connection, "webjobs-blobtrigger-poison", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await Eventually.TrueAsync(async () => await queue.ExistsAsync() && (await queue.PeekMessagesAsync()).Value.Length > 0, details: () => _host.Output);
        var message = JsonElement((await queue.PeekMessagesAsync()).Value.Single().Body.ToString());
        using var recorded = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(TestFiles.Fixture("functions-host", "poison-message.json")));
        var expected = JsonElement(recorded.RootElement.GetProperty("messages")[0].GetProperty("messageTextDecoded").GetString()!);
        Assert.Equal(expected.EnumerateObject().Select(property => property.Name), message.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ("BlobTrigger", "Host.Functions.ClassifyBlob", "BlockBlob", "images", "fail-poison.png"),
            (Text("Type"), Text("FunctionId"), Text("BlobType"), Text("ContainerName"), Text("BlobName")));
        Assert.StartsWith("\"0x", Text("ETag"), StringComparison.Ordinal);
        Assert.Equal(5, Started("fail-poison").Count());

        string Text(string name) => message.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task ABlobInAContainerThatNobodyWatchesRunsNothing()
    {
        var other = _host.Blobs.GetBlobContainerClient("other");
        await other.CreateIfNotExistsAsync();
        await other.UploadBlobAsync("other.png", BinaryData.FromString("x"));
        await _host.UploadAsync("after-other.png", "x");

        await DoneAsync(["after-other.png"]);
        Assert.DoesNotContain("other.png", _folder.Names("blob"));
    }

    [Fact]
    public async Task AnEventFromOutsideForABlobThatIsDoneRunsItNotAgain()
    {
        await _host.UploadAsync("event.png", "x");
        await DoneAsync(["event.png"]);

        using var response = await PostEventAsync("event.png", cloudEvent: false);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
        await Eventually.TrueAsync(() => _host.Output.Contains("is not run again for images/event.png", StringComparison.Ordinal), details: () => _host.Output);
        Assert.Single(Started("event.png"));
    }

    [Fact]
    public async Task ACloudEventFromOutsideArrives()
    {
        await _host.UploadAsync("cloud-event.png", "x");
        await DoneAsync(["cloud-event.png"]);

        using var response = await PostEventAsync("cloud-event.png", cloudEvent: true);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
        await Eventually.TrueAsync(() => _host.Output.Contains("is not run again for images/cloud-event.png", StringComparison.Ordinal), details: () => _host.Output);
    }

    [Fact]
    public async Task AQueueMessageRunsItsFunctionWithItsMetadata()
    {
        var queue = await _host.QueueAsync("jobs");
        await queue.SendMessageAsync("{\"a\":1}");

        await Eventually.TrueAsync(() => _folder.Entries("queue").Count > 0, details: () => _host.Output);
        var entry = _folder.Entries("queue")[0];
        Assert.Equal(("{\"a\":1}", "1"), (entry.GetProperty("message").GetString(), entry.GetProperty("data").GetProperty("DequeueCount").GetString()));
    }

    private Task DoneAsync(IReadOnlyCollection<string> names) => Eventually.TrueAsync(
        () => names.All(_folder.Names("blob-done").Contains),
        details: () => $"Missing: {string.Join(", ", names.Except(_folder.Names("blob-done")))}\n{_host.Output}");

    private IEnumerable<string> Started(string prefix) => _folder.Names("blob").Where(name => name.StartsWith(prefix, StringComparison.Ordinal));

    private async Task<HttpResponseMessage> PostEventAsync(string name, bool cloudEvent)
    {
        var blob = _host.Images.GetBlobClient(name);
        var data = new { api = "PutBlob", eTag = (await blob.GetPropertiesAsync()).Value.ETag.ToString(), blobType = "BlockBlob", url = blob.Uri.AbsoluteUri };
        const string Type = "Microsoft.Storage.BlobCreated";
        var subject = "/blobServices/default/containers/images/blobs/" + name;
        var json = cloudEvent
            ? System.Text.Json.JsonSerializer.Serialize(new { specversion = "1.0", id = "1", source = "/test", type = Type, subject, time = DateTimeOffset.UnixEpoch, data })
            : System.Text.Json.JsonSerializer.Serialize(new[] { new { id = "1", topic = "/test", eventType = Type, subject, eventTime = DateTimeOffset.UnixEpoch, dataVersion = "", data } });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/runtime/webhooks/blobs?functionName=Host.Functions.ClassifyBlob")
        {
            Content = new StringContent(json, System.Text.Encoding.UTF8, cloudEvent ? "application/cloudevents+json" : "application/json"),
        };
        if (!cloudEvent)
            request.Headers.Add("aeg-event-type", "Notification");
        return await _host.Http.SendAsync(request);
    }

    private static System.Text.Json.JsonElement JsonElement(string json) => System.Text.Json.JsonElement.Parse(json);
}
