using System.Diagnostics;
using System.Text.Json;
using Azure;
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

    [Fact]
    public async Task AFailedBlobIsListedWithItsReasonAndAnsweredAfterARetry()
    {
        const string Name = "folder/stuck one.png";
        using var storage = new TemporaryFolder();
        await using var app = await LocalApp.StartAsync(storage.Path, new Dictionary<string, string> { ["BlobPatienceSeconds"] = "1" });
        await app.Results.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
        await app.Results.PutAsync(Name + ".json", """{"source":{"etag":"an earlier version"}}"""u8.ToArray());
        var lease = app.Results.GetBlobClient(Name + ".json").GetBlobLeaseClient();
        await lease.AcquireAsync(TimeSpan.FromSeconds(-1), cancellationToken: TestContext.Current.CancellationToken);
        var failed = await app.Images.PutAsync(Name, Pictures.Coffee);
        await Eventually.TrueAsync(async () => await app.PoisonQueue.ExistsAsync() && await CountAsync(app) == 1, "the blob is in the poison queue", TimeSpan.FromMinutes(2), app.Tail);

        var listed = JsonElement.Parse(await PoisonAsync(app, "list", "--json")).GetProperty("messages")[0];
        Assert.Equal(Name, listed.GetProperty("blob").GetString());
        Assert.Equal("failed", listed.GetProperty("state").GetString());
        Assert.Contains("LeaseIdMissing", listed.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(failed.ToString().Trim('"'), listed.GetProperty("error").GetProperty("etag").GetString());

        await lease.ReleaseAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal($"images/{Name}: put back to work\n", await PoisonAsync(app, "retry", Name));

        ETag now = (await app.Images.GetBlobClient(Name).GetPropertiesAsync(cancellationToken: TestContext.Current.CancellationToken)).Value.ETag;
        var document = await ResultDocument.WaitAsync(app, Name, now);
        Assert.Contains("espresso", document.Labels);
        Assert.Equal(0, await CountAsync(app));
        Assert.Equal(6, app.BlobInvocations);
        Assert.False(await app.Results.GetBlobClient(Name + ".failure").ExistsAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<int> CountAsync(LocalApp app) => (await app.PoisonQueue.PeekMessagesAsync(32)).Value.Length;

    /// <summary>Runs the tool as <c>./run poison</c> does and returns what it printed.</summary>
    private static async Task<string> PoisonAsync(LocalApp app, params string[] arguments)
    {
        // The same configuration as this program's: .../bin/CONFIGURATION/net10.0/RUNTIME/
        var program = TestFiles.InRepository(["src", "Serverless.Operations", .. AppContext.BaseDirectory.TrimEnd('/').Split('/')[^4..], "Serverless.Operations"]);
        using var process = Process.Start(new ProcessStartInfo(program, [.. arguments, "--connection-string", app.StorageConnectionString])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error + app.Tail());
        return await output;
    }
}
