using System.Text.Json;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Serverless.Operations.Tests.Commands;

/// <summary>The real program over a real Azurite; the messages are those of a real host.</summary>
public sealed class CommandLineTests(Account account) : IClassFixture<Account>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await account.Queue.ClearMessagesAsync();
        await foreach (var blob in account.Images.GetBlobsAsync()) await account.Images.DeleteBlobAsync(blob.Name);
        await foreach (var blob in account.Results.GetBlobsAsync()) await account.Results.DeleteBlobAsync(blob.Name);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task WhereNothingFailedListSaysSo()
    {
        var run = await RunAsync("list");

        Assert.Equal((0, "Nothing failed for good.\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task ListSaysOfEachBlobHowItStandsAndWhyItFailed()
    {
        await account.FailAsync("failed.png");
        await account.PoisonAsync("gone.png", "0x1");
        await account.PoisonAsync("replaced.png", "0x1");
        await account.NoteAsync("replaced.png", await account.UploadAsync("replaced.png"), "what happened");
        await account.PoisonAsync("answered.png", "0x1");
        await account.AnswerAsync("answered.png", await account.UploadAsync("answered.png"));
        await account.Queue.SendMessageAsync("hello", TestContext.Current.CancellationToken);

        var run = await RunAsync("list");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"(?m)^images/failed\.png .* failed +storage_unavailable: what happened$", run.Output);
        Assert.Matches(@"(?m)^images/gone\.png .* gone +the app left no note; its log says why$", run.Output);
        Assert.Matches(@"(?m)^images/replaced\.png .* replaced +storage_unavailable: what happened \(another version\)$", run.Output);
        Assert.Matches(@"(?m)^images/answered\.png .* answered ", run.Output);
        Assert.Matches(@"(?m)^message [0-9a-f-]{36} .* unreadable +not a message of a blob trigger$", run.Output);
    }

    [Fact]
    public async Task ListHidesNothingFromOthers()
    {
        await account.FailAsync("failed.png");

        await RunAsync("list");

        Assert.Equal(0, Assert.Single(await account.VisibleAsync()).DequeueCount);
    }

    [Fact]
    public async Task ListSaysThatThereAreMoreThanItShows()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => account.PoisonAsync($"{i}.png", "0x1")));

        var first = await RunAsync("list", "--json");
        var all = await RunAsync("list", "--json", "--all");

        Assert.Equal((32, 40), (Json(first).GetProperty("messages").GetArrayLength(), Json(first).GetProperty("total").GetInt32()));
        Assert.Equal(40, Json(all).GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task JsonHasWhatAScriptNeeds()
    {
        var etag = await account.FailAsync("ünï-日本 \"quoted\".png");

        var message = Json(await RunAsync("list", "--json")).GetProperty("messages")[0];

        Assert.Equal(
            ("images", "ünï-日本 \"quoted\".png", etag, "ClassifyBlob", "failed", "storage_unavailable", "what happened", etag),
            (Text("container"), Text("blob"), Text("etag"), Text("function"), Text("state"), Error("code"), Error("message"), Error("etag")));
        Assert.Equal(DateTimeOffset.Parse("2026-01-02T03:04:05.678Z", null), message.GetProperty("error").GetProperty("failedAt").GetDateTimeOffset());

        string Text(string name) => message.GetProperty(name).GetString()!;
        string Error(string name) => message.GetProperty("error").GetProperty(name).GetString()!;
    }

    [Theory]
    [InlineData("folder/failed.png")]
    [InlineData("images/folder/failed.png")]
    public async Task ShowTellsAllOfOneFailure(string name)
    {
        var etag = await account.FailAsync("folder/failed.png");
        await account.FailAsync("other.png");

        var run = await RunAsync("show", name);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("storage_unavailable: what happened", run.Output, StringComparison.Ordinal);
        Assert.Contains("2026-01-02 03:04:05 UTC", run.Output, StringComparison.Ordinal);
        Assert.Contains(etag, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("other.png", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShowFindsWhatListAloneDoesNotSee()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => account.PoisonAsync($"{i}.png", "0x1")));
        await account.PoisonAsync("last.png", "0x1");

        Assert.Equal(0, (await RunAsync("show", "last.png")).ExitCode);
    }

    [Fact]
    public async Task RetryMakesANewVersionWithTheSameContentAndRemovesMessageAndNote()
    {
        var metadata = new Dictionary<string, string> { ["origin"] = "test" };
        var tags = new Dictionary<string, string> { ["kind"] = "pet" };
        var etag = await account.UploadAsync(
            "a b/ünï #1.png", new() { HttpHeaders = new() { ContentType = "image/png" }, Metadata = metadata, Tags = tags, AccessTier = AccessTier.Cool });
        await account.NoteAsync("a b/ünï #1.png", etag, "what happened");
        await account.PoisonAsync("a b/ünï #1.png", etag);

        var run = await RunAsync("retry", "a b/ünï #1.png");

        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        Assert.Equal("images/a b/ünï #1.png: put back to work\n", run.Output);
        var blob = account.Images.GetBlobClient("a b/ünï #1.png");
        var now = await account.PropertiesAsync(blob.Name);
        Assert.NotEqual(etag, now.ETag.ToString().Trim('"'));
        Assert.Equal("content of " + blob.Name, (await blob.DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content.ToString());
        Assert.Equal(("image/png", "Cool"), (now.ContentType, now.AccessTier));
        Assert.Equal(metadata, now.Metadata);
        Assert.Equal(tags, (await blob.GetTagsAsync(cancellationToken: TestContext.Current.CancellationToken)).Value.Tags);
        Assert.Empty(await account.VisibleAsync());
        Assert.False(await account.HasNoteAsync(blob.Name));
    }

    [Fact]
    public async Task RetryLeavesWhatWasNotNamed()
    {
        await account.FailAsync("one.png");
        var other = await account.FailAsync("two.png");

        await RunAsync("retry", "one.png");

        Assert.Single(await account.VisibleAsync());
        Assert.Equal(other, await account.VersionAsync("two.png"));
        Assert.True(await account.HasNoteAsync("two.png"));
    }

    [Fact]
    public async Task RetryOfSeveralVersionsOfABlobPutsItBackOnce()
    {
        await account.FailAsync("twice.png");
        await account.PoisonAsync("twice.png", "0x1");

        var run = await RunAsync("retry", "--all", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, Json(run).GetProperty("messages").GetArrayLength());
        Assert.Empty(await account.VisibleAsync());
    }

    [Fact]
    public async Task RetryOfABlobThatWasAnsweredSinceOnlyRemovesTheMessage()
    {
        var etag = await account.FailAsync("answered.png");
        await account.AnswerAsync("answered.png", etag);

        var run = await RunAsync("retry", "answered.png");

        Assert.Equal((0, etag), (run.ExitCode, await account.VersionAsync("answered.png")));
        Assert.Empty(await account.VisibleAsync());
        Assert.False(await account.HasNoteAsync("answered.png"));
    }

    [Fact]
    public async Task RetryOfABlobThatIsGoneSaysSoAndKeepsTheMessage()
    {
        await account.PoisonAsync("gone.png", "0x1");

        var run = await RunAsync("retry", "gone.png");

        Assert.Equal((1, "images/gone.png: the blob is gone; 'drop' removes its message\n"), (run.ExitCode, run.Error));
        Assert.Single(await account.VisibleAsync());
    }

    [Fact]
    public async Task RetryOfABlobThatCannotBeWrittenKeepsTheMessageAndGoesOn()
    {
        var etag = await account.FailAsync("leased.png");
        await account.FailAsync("free.png");
        var lease = account.Images.GetBlobClient("leased.png").GetBlobLeaseClient();
        await lease.AcquireAsync(TimeSpan.FromSeconds(-1), cancellationToken: TestContext.Current.CancellationToken);

        var run = await RunAsync("retry", "--all");
        await lease.ReleaseAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("images/leased.png: stays in the queue: There is currently a lease", run.Error, StringComparison.Ordinal);
        Assert.Equal("images/free.png: put back to work\n", run.Output);
        Assert.Equal(etag, await account.VersionAsync("leased.png"));
        Assert.Single(await account.VisibleAsync());
        Assert.True(await account.HasNoteAsync("leased.png"));
    }

    [Fact]
    public async Task DropForgetsTheFailureAndLeavesTheBlob()
    {
        var etag = await account.FailAsync("failed.png");
        await account.PoisonAsync("gone.png", "0x1");
        var unreadable = (await account.Queue.SendMessageAsync("hello", TestContext.Current.CancellationToken)).Value.MessageId;

        var run = await RunAsync("drop", "failed.png", "gone.png", unreadable);

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(await account.VisibleAsync());
        Assert.Equal(etag, await account.VersionAsync("failed.png"));
        Assert.False(await account.HasNoteAsync("failed.png"));
    }

    [Fact]
    public async Task ANameThatIsNotInTheQueueIsTold()
    {
        await account.FailAsync("failed.png");

        var run = await RunAsync("drop", "failed.png", "faled.png");

        Assert.Equal((1, "faled.png: not in the poison queue\n"), (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("Name the blobs, or say --all", "retry")]
    [InlineData("Say names or --all, not both", "drop", "a.png", "--all")]
    [InlineData("--account-url http://a.blob.core.windows.net should be an address like https://", "list", "--account-url", "http://a.blob.core.windows.net")]
    [InlineData("say one of them", "list", "--account-url", "https://a.blob.core.windows.net", "--connection-string", "x")]
    [InlineData("--queue-url belongs to --account-url", "list", "--queue-url", "https://a.queue.core.windows.net")]
    [InlineData("--connection-string is none", "list", "--connection-string", "x")]
    [InlineData("--blob-port 70000 should be a number", "list", "--blob-port", "70000")]
    public async Task WhatIsSaidWronglyIsSaidSo(string expected, params string[] arguments)
    {
        var run = await Tool.RunAsync(arguments);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StorageThatDoesNotAnswerIsALineThatSaysHowToHaveIt()
    {
        await using var azurite = await AzuriteProcess.StartNewAsync();
        await azurite.StopAsync();

        var run = await Tool.RunAsync("list", "--blob-port", $"{azurite.BlobPort}", "--queue-port", $"{azurite.QueuePort}");

        Assert.Equal(1, run.ExitCode);
        Assert.Matches(@"^Error: Storage does not answer .* \./run start .*\n$", run.Error);
    }

    [Fact]
    public async Task AnyStorageIsReachedByItsConnectionString()
    {
        await account.FailAsync("failed.png");

        var run = await Tool.RunAsync("list", "--connection-string", account.ConnectionString);

        Assert.Contains("images/failed.png", run.Output, StringComparison.Ordinal);
    }

    private Task<Tool.Result> RunAsync(params string[] arguments) => Tool.RunAsync([.. arguments, .. account.Ports]);

    private static JsonElement Json(Tool.Result run) => JsonElement.Parse(run.Output);
}
