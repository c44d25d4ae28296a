using Azure;

namespace Serverless.Functions.Tests.ClassifyBlob;

/// <summary>What time can mend is waited for, and what happens meanwhile is taken into account.</summary>
public sealed class BlobPatienceTests(AzuriteFixture fixture) : IDisposable
{
    private const string Slow = "slow";

    private readonly TemporaryFolder _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task ABlobWaitsForItsModel()
    {
        using var model = MakeSlowModel();
        await using var app = await CreateSlowAsync();
        await app.UploadAsync("cat.png", Pictures.Cat);

        var work = app.ClassifyBlobAsync("cat.png");
        model.LetLoad();
        await work;

        Assert.Equal("cat", (await app.DocumentAsync("cat.png")).FirstLabel);
    }

    [Fact]
    public async Task WhenTheQueueIsFullABlobWaitsForAPlace()
    {
        using var model = MakeSlowModel();
        await using var app = await CreateSlowAsync(("Classifier:MaxWaiting", "0"));
        string[] names = ["first.png", "second.png", "third.png"];
        await Task.WhenAll(names.Select(name => app.UploadAsync(name, Pictures.Cat)));

        // The one place is taken until the model is there.
        var work = Task.WhenAll(names.Select(app.ClassifyBlobAsync));
        await UntilDownloadedAsync(app, names);
        model.LetLoad();
        await work;

        Assert.All(await Task.WhenAll(names.Select(app.DocumentAsync)), document => Assert.Equal("classified", document.Status));
    }

    [Fact]
    public async Task AnImageThatIsReplacedMeanwhileGetsTheAnswerOfTheNewest()
    {
        using var model = MakeSlowModel();
        await using var app = await CreateSlowAsync();
        await app.UploadAsync("picture", Pictures.Cat);

        var work = app.ClassifyBlobAsync("picture");
        await UntilDownloadedAsync(app, "picture");
        var newest = await app.UploadAsync("picture", Pictures.Rocket);
        model.LetLoad();
        await work;

        Assert.Equal(newest, (await app.DocumentAsync("picture")).SourceETag);
    }

    [Fact]
    public async Task AnImageThatIsDeletedMeanwhileLeavesNothing()
    {
        using var model = MakeSlowModel();
        await using var app = await CreateSlowAsync();
        await app.UploadAsync("picture", Pictures.Cat);

        var work = app.ClassifyBlobAsync("picture");
        await UntilDownloadedAsync(app, "picture");
        await app.ImagesContainer.DeleteBlobAsync("picture", cancellationToken: TestContext.Current.CancellationToken);
        model.LetLoad();
        await work;

        Assert.False(await app.HasDocumentAsync("picture"));
    }

    [Fact]
    public async Task AnOlderAnswerNeverReplacesANewerOne()
    {
        using var model = MakeSlowModel();
        await using var slow = await CreateSlowAsync();
        await using var quick = await TestApp.CreateAsync(fixture.Azurite, slow.SameContainers());
        await slow.UploadAsync("picture", Pictures.Cat);

        var older = slow.ClassifyBlobAsync("picture");
        await UntilDownloadedAsync(slow, "picture");
        await quick.UploadAsync("picture", Pictures.Rocket);
        await quick.ClassifyBlobAsync("picture");
        var newer = (await quick.StoredAsync("picture")).Details.ETag;
        model.LetLoad();
        await older;

        Assert.Equal(newer, (await quick.StoredAsync("picture")).Details.ETag);
    }

    [Fact]
    public async Task StorageThatComesBackIsWaitedFor()
    {
        await using var azurite = await AzuriteProcess.StartNewAsync();
        await using var app = await TestApp.CreateAsync(azurite);
        await app.UploadAsync("cat.png", Pictures.Cat);
        await azurite.StopAsync();

        var work = app.ClassifyBlobAsync("cat.png");
        await azurite.StartAsync();
        await work;

        Assert.Equal("cat", (await app.DocumentAsync("cat.png")).FirstLabel);
    }

    [Fact]
    public async Task StorageThatGoesAwayInTheMiddleIsWaitedFor()
    {
        using var model = MakeSlowModel();
        await using var azurite = await AzuriteProcess.StartNewAsync();
        await using var app = await TestApp.CreateAsync(azurite, SlowSettings());
        await app.UploadAsync("cat.png", Pictures.Cat);

        var work = app.ClassifyBlobAsync("cat.png");
        await UntilDownloadedAsync(app, azurite, "cat.png");
        await azurite.StopAsync();
        model.LetLoad();
        await azurite.StartAsync();
        await work;

        Assert.Equal("cat", (await app.DocumentAsync("cat.png")).FirstLabel);
    }

    [Fact]
    public async Task StorageThatStaysAwayFailsTheInvocation()
    {
        await using var azurite = await AzuriteProcess.StartNewAsync();
        await using var app = await TestApp.CreateAsync(azurite, ("BlobPatienceSeconds", "1"));
        await azurite.StopAsync();

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => app.ClassifyBlobAsync("cat.png"));

        Assert.True(failure is RequestFailedException or AggregateException, failure.ToString());
    }

    [Fact]
    public async Task AModelThatVanishedFailsTheInvocationAndDoesNotTurnTheImageAway()
    {
        var folder = CopiedModel.Make(_models.Path, "vanished", TestFiles.InRepository("models", TestApp.Model), _ => { });
        await using var app = await TestApp.CreateAsync(
            fixture.Azurite, ("Classifier:ModelsPath", _models.Path), ("Classifier:Model", "vanished"), ("BlobPatienceSeconds", "1"));
        await app.UploadAsync("cat.png", Pictures.Cat);
        app.Get<Serverless.Classifier.ImageClassifier>(); // It was there when the app started.
        File.Delete(Path.Combine(folder, "model.onnx"));

        await Assert.ThrowsAsync<Serverless.Classifier.Errors.ClassifierException>(() => app.ClassifyBlobAsync("cat.png"));

        Assert.False(await app.HasDocumentAsync("cat.png"));
    }

    [Fact]
    public async Task AnInvocationThatIsCancelledStopsWaiting()
    {
        using var model = MakeSlowModel();
        await using var app = await CreateSlowAsync();
        await app.UploadAsync("cat.png", Pictures.Cat);
        using var cancellation = new CancellationTokenSource();

        var work = app.Get<Functions.ClassifyBlob.BlobClassification>().RunAsync("cat.png", cancellation.Token);
        await UntilDownloadedAsync(app, "cat.png");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
    }

    private SlowModel MakeSlowModel() => new(_models.Path, Slow, TestFiles.InRepository("models", TestApp.Model));

    private Task<TestApp> CreateSlowAsync(params (string, string)[] settings) => TestApp.CreateAsync(fixture.Azurite, SlowSettings(settings));

    private (string, string)[] SlowSettings(params (string, string)[] settings) =>
        [("Classifier:ModelsPath", _models.Path), ("Classifier:Model", Slow), .. settings];

    private Task UntilDownloadedAsync(TestApp app, params string[] names) => UntilDownloadedAsync(app, fixture.Azurite, names);

    private static Task UntilDownloadedAsync(TestApp app, AzuriteProcess azurite, params string[] names) => Eventually.TrueAsync(
        () => names.All(name => azurite.Output.Any(line => line.Contains($"\"GET /devstoreaccount1/{app.ImagesContainer.Name}/{name}", StringComparison.Ordinal))),
        "the image is downloaded");
}
