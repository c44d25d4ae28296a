using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Serverless.Operations.Storage;

namespace Serverless.Operations.Tests;

/// <summary>A storage account of a test class's own in a real Azurite; each test begins with an empty queue.</summary>
public sealed class Account : IAsyncLifetime
{
    private AzuriteProcess? _azurite;

    internal string ConnectionString => _azurite!.ConnectionString;

    internal string[] Ports => ["--blob-port", $"{_azurite!.BlobPort}", "--queue-port", $"{_azurite.QueuePort}"];

    internal PoisonAccount Poisoned => PoisonAccount.Connect(ConnectionString, "results");

    internal BlobContainerClient Images => new(ConnectionString, "images");

    internal BlobContainerClient Results => new(ConnectionString, "results");

    internal QueueClient Queue => new(ConnectionString, "webjobs-blobtrigger-poison", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None });

    public async ValueTask InitializeAsync()
    {
        _azurite = await AzuriteProcess.StartNewAsync();
        await Images.CreateAsync();
        await Results.CreateAsync();
        await Queue.CreateAsync();
    }

    public ValueTask DisposeAsync() => _azurite?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Uploads a blob and returns its version.</summary>
    internal async Task<string> UploadAsync(string name, BlobUploadOptions? options = null) =>
        Plain((await Images.GetBlobClient(name).UploadAsync(BinaryData.FromString("content of " + name), options)).Value.ETag);

    /// <summary>The version that is there now.</summary>
    internal async Task<string> VersionAsync(string name) => Plain((await PropertiesAsync(name)).ETag);

    internal async Task<BlobProperties> PropertiesAsync(string name) => (await Images.GetBlobClient(name).GetPropertiesAsync()).Value;

    /// <summary>A result document of the app for a version.</summary>
    internal Task AnswerAsync(string name, string etag) => Results.GetBlobClient(name + ".json").UploadAsync(
        BinaryData.FromString("{}"), new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["sourceetag"] = etag } });

    /// <summary>A note of the app about a version.</summary>
    internal Task NoteAsync(string name, string etag, string message) => Results.GetBlobClient(name + ".failure").UploadAsync(
        BinaryData.FromString(JsonSerializer.Serialize(new
        {
            schemaVersion = 1,
            container = "images",
            blob = name,
            etag,
            code = "storage_unavailable",
            message,
            failedAt = "2026-01-02T03:04:05.678Z",
        })), overwrite: true);

    internal async Task<bool> HasNoteAsync(string name) => await Results.GetBlobClient(name + ".failure").ExistsAsync();

    /// <summary>A message with the very layout that a real host wrote.</summary>
    internal async Task<string> PoisonAsync(string name, string etag)
    {
        using var recorded = JsonDocument.Parse(await File.ReadAllTextAsync(TestFiles.Fixture("functions-host", "poison-message.json")));
        var text = recorded.RootElement.GetProperty("messages")[0].GetProperty("messageText").GetString()!;
        var json = Encoding.UTF8.GetString(Convert.FromBase64String(text))
            .Replace("fail.png", JsonEncodedText.Encode(name).ToString(), StringComparison.Ordinal)
            .Replace("0x25A5AE5AD1ADE80", etag, StringComparison.Ordinal);
        return (await Queue.SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(json)))).Value.MessageId;
    }

    /// <summary>A blob that failed: uploaded, noted, in the queue. Its version.</summary>
    internal async Task<string> FailAsync(string name)
    {
        var etag = await UploadAsync(name);
        await NoteAsync(name, etag, "what happened");
        await PoisonAsync(name, etag);
        return etag;
    }

    /// <summary>The messages that anybody can see now, at most 32.</summary>
    internal async Task<PeekedMessage[]> VisibleAsync() => (await Queue.PeekMessagesAsync(32)).Value;

    private static string Plain(Azure.ETag etag) => etag.ToString().Trim('"');
}
