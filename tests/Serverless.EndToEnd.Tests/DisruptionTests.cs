using Azure;

namespace Serverless.EndToEnd.Tests;

/// <summary>Whatever ends in the middle, every upload gets its one document.</summary>
public class DisruptionTests
{
    private const int Uploads = 20;

    [Fact]
    public async Task AWorkerKilledInTheMiddleIsStartedAgainAndNothingIsLost()
    {
        using var storage = new TemporaryFolder();
        await using var app = await LocalApp.StartAsync(storage.Path);
        var versions = await UploadAsync(app, 0);
        await Eventually.TrueAsync(() => app.BlobInvocations > 2, "work has begun", details: app.Tail);

        LocalApp.Kill(app.WorkerPid);
        foreach (var (name, version) in await UploadAsync(app, 1))
        {
            versions.Add(name, version);
        }

        await AllAnsweredAsync(app, versions);
        Assert.True(app.BlobInvocations >= versions.Count);
    }

    [Fact]
    public async Task AHostKilledInTheMiddleAndStartedAgainLosesNothingAndLeavesNothing()
    {
        using var storage = new TemporaryFolder();
        var first = await LocalApp.StartAsync(storage.Path);
        var versions = await UploadAsync(first, 0);
        await Eventually.TrueAsync(() => first.BlobInvocations > 2, "work has begun", details: first.Tail);
        int[] orphans = [first.WorkerPid, first.AzuritePid!.Value];
        await first.KillAsync();

        await using var second = await LocalApp.StartAsync(storage.Path);

        await AllAnsweredAsync(second, versions);
        Assert.All(orphans, pid => Assert.False(LocalApp.IsAlive(pid), $"process {pid} of the killed host still runs"));
        var after = await UploadAsync(second, 1);
        await AllAnsweredAsync(second, after);
    }

    [Fact]
    public async Task AHostStartedAgainRunsNothingTwice()
    {
        using var storage = new TemporaryFolder();
        Dictionary<string, ETag> versions;
        await using (var first = await LocalApp.StartAsync(storage.Path))
        {
            versions = await UploadAsync(first, 0);
            await AllAnsweredAsync(first, versions);
            Assert.Equal(0, await first.StopAsync());
        }

        await using var second = await LocalApp.StartAsync(storage.Path);
        await AllAnsweredAsync(second, await UploadAsync(second, 1));

        Assert.Equal(Uploads, second.BlobInvocations);
        await AllAnsweredAsync(second, versions);
    }

    [Fact]
    public async Task StorageThatGoesAndComesBackLosesNothing()
    {
        using var hostFolder = new TemporaryFolder();
        await using var azurite = await AzuriteProcess.StartNewAsync();
        await using var app = await LocalApp.StartAsync(hostFolder.Path, new Dictionary<string, string> { ["AzureWebJobsStorage"] = azurite.ConnectionString });
        var versions = await UploadAsync(app, 0);
        await Eventually.TrueAsync(() => app.BlobInvocations > 2, "work has begun", details: app.Tail);

        await azurite.StopAsync();
        using (var whileAway = await app.Http.GetAsync(new Uri("health/ready", UriKind.Relative), TestContext.Current.CancellationToken))
        {
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, whileAway.StatusCode);
        }

        using (var whileAway = await app.Http.GetAsync(new Uri("results/round-0/0.png", UriKind.Relative), TestContext.Current.CancellationToken))
        {
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, whileAway.StatusCode);
            Assert.Contains("storage_unavailable", await whileAway.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.NotNull(whileAway.Headers.RetryAfter);
        }

        await azurite.StartAsync();
        foreach (var (name, version) in await UploadAsync(app, 1))
        {
            versions.Add(name, version);
        }

        await AllAnsweredAsync(app, versions);
    }

    [Fact]
    public async Task BlobsThatArriveDuringALongLoadWaitForItAndAreNotPoisoned()
    {
        using var storage = new TemporaryFolder();
        using var models = new TemporaryFolder();
        using var slow = new SlowModel(models.Path, "slow", TestFiles.InRepository("models", "vgg16-cifar10"));
        await using var app = await LocalApp.StartAsync(storage.Path, new Dictionary<string, string>
        {
            ["Classifier__ModelsPath"] = models.Path,
            ["Classifier__Model"] = "slow",
        });
        var versions = await UploadAsync(app, 0);
        await Eventually.TrueAsync(() => app.BlobInvocations > 0, "work has begun", details: app.Tail);

        await TwentySecondsPassAsync();
        slow.LetLoad();

        await AllAnsweredAsync(app, versions);
        await Assert.ThrowsAsync<RequestFailedException>(() => app.PoisonQueue.GetPropertiesAsync(TestContext.Current.CancellationToken));
    }

    private static async Task TwentySecondsPassAsync()
    {
        // The load's length is what is tested, so here time itself is the condition.
        using var load = new PeriodicTimer(TimeSpan.FromSeconds(20));
        await load.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<Dictionary<string, ETag>> UploadAsync(LocalApp app, int round)
    {
        var versions = new Dictionary<string, ETag>();
        for (var number = 0; number < Uploads; number++)
        {
            var name = $"round-{round}/{number}.png";
            versions[name] = await app.Images.PutAsync(name, Pictures.Png(32, 32, (byte)number));
        }

        return versions;
    }

    private static async Task AllAnsweredAsync(LocalApp app, Dictionary<string, ETag> versions)
    {
        foreach (var (name, version) in versions)
        {
            var document = await ResultDocument.WaitAsync(app, name, version, TimeSpan.FromMinutes(3));
            Assert.Equal("classified", document.Status);
        }
    }
}
