using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Serverless.Functions.Results;

namespace Serverless.Functions.Tests.ClassifyBlob;

/// <summary>A blob that is given up leaves a note that says why, and nothing comes of it but that.</summary>
public sealed class FailureNoteTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task ABlobThatIsGivenUpLeavesANoteThatSaysWhy()
    {
        await using var app = await CreateAsync();
        var etag = await app.UploadAsync("pets/cat.png", Pictures.Cat);
        await HoldDocumentAsync(app, "pets/cat.png");

        await Assert.ThrowsAnyAsync<Exception>(() => app.ClassifyBlobAsync("pets/cat.png"));

        var note = JsonElement.Parse((await Note(app, "pets/cat.png").DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content);
        Assert.Equal(
            (app.ImagesContainer.Name, "pets/cat.png", etag, "storage_unavailable"),
            (Text("container"), Text("blob"), Text("etag"), Text("code")));
        Assert.Matches("^There is currently a lease .* \\(412 LeaseIdMissing\\)$", Text("message"));

        string Text(string name) => note.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task ANoteOfTheClassifierHasItsErrorCode()
    {
        using var models = new TemporaryFolder();
        var model = Directory.CreateDirectory(Path.Combine(models.Path, TestApp.Model)).FullName;
        foreach (var file in (string[])["manifest.json", "labels.json"])
            File.Copy(TestFiles.InRepository("models", TestApp.Model, file), Path.Combine(model, file));
        await File.WriteAllTextAsync(Path.Combine(model, "model.onnx"), "no graph", TestContext.Current.CancellationToken);
        await using var app = await CreateAsync(("Classifier:ModelsPath", models.Path));
        await app.UploadAsync("cat.png", Pictures.Cat);

        var failure = await Assert.ThrowsAsync<Classifier.Errors.ClassifierException>(() => app.ClassifyBlobAsync("cat.png"));

        var note = JsonElement.Parse((await Note(app, "cat.png").DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content);
        Assert.Equal((failure.Kind.Code, failure.Message), (note.GetProperty("code").GetString(), note.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task TheNoteIsNoAnswerForItsVersion()
    {
        await using var app = await CreateAsync();
        await app.UploadAsync("cat.png", Pictures.Cat);
        var lease = await HoldDocumentAsync(app, "cat.png");
        await Assert.ThrowsAnyAsync<Exception>(() => app.ClassifyBlobAsync("cat.png"));
        await lease.ReleaseAsync(cancellationToken: TestContext.Current.CancellationToken);

        await app.ClassifyBlobAsync("cat.png");

        Assert.Equal("cat", (await app.DocumentAsync("cat.png")).FirstLabel);
    }

    [Fact]
    public async Task ALaterSuccessTakesTheNoteAway()
    {
        await using var app = await CreateAsync();
        await app.UploadAsync("cat.png", Pictures.Cat);
        var lease = await HoldDocumentAsync(app, "cat.png");
        await Assert.ThrowsAnyAsync<Exception>(() => app.ClassifyBlobAsync("cat.png"));
        await lease.ReleaseAsync(cancellationToken: TestContext.Current.CancellationToken);

        await app.ClassifyBlobAsync("cat.png");

        Assert.False(await Note(app, "cat.png").ExistsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ANoteLeavesTheAnswerOfAnEarlierVersionAsItIs()
    {
        await using var app = await CreateAsync();
        await app.UploadAsync("cat.png", Pictures.Cat);
        await app.ClassifyBlobAsync("cat.png");
        var answer = (await app.StoredAsync("cat.png")).Details.ETag;
        await app.UploadAsync("cat.png", Pictures.Rocket);
        await app.ResultsContainer.GetBlobClient("cat.png.json").GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(-1), cancellationToken: TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<Exception>(() => app.ClassifyBlobAsync("cat.png"));

        Assert.Equal(answer, (await app.StoredAsync("cat.png")).Details.ETag);
    }

    [Fact]
    public async Task ANoteThatCannotBeLeftHidesNotTheFailure()
    {
        await using var app = await CreateAsync();
        await app.UploadAsync("cat.png", Pictures.Cat);
        await HoldDocumentAsync(app, "cat.png");
        var note = Note(app, "cat.png");
        await note.UploadAsync(BinaryData.FromString("held"), TestContext.Current.CancellationToken);
        await note.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(-1), cancellationToken: TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<Azure.RequestFailedException>(() => app.ClassifyBlobAsync("cat.png"));

        Assert.Equal("LeaseIdMissing", failure.ErrorCode);
    }

    [Fact]
    public async Task ARejectedImageLeavesADocumentAndNoNote()
    {
        await using var app = await CreateAsync();
        await app.UploadAsync("text.png", "no image"u8.ToArray());

        await app.ClassifyBlobAsync("text.png");

        Assert.False(await Note(app, "text.png").ExistsAsync(TestContext.Current.CancellationToken));
    }

    private Task<TestApp> CreateAsync(params (string, string)[] settings) => TestApp.CreateAsync(fixture.Azurite, [("BlobPatienceSeconds", "1"), .. settings]);

    private static BlobClient Note(TestApp app, string blob) => app.ResultsContainer.GetBlobClient(ResultName.OfNote(blob));

    /// <summary>Makes the document one that cannot be written.</summary>
    private static async Task<BlobLeaseClient> HoldDocumentAsync(TestApp app, string blob)
    {
        var document = app.ResultsContainer.GetBlobClient(ResultName.Of(blob));
        await document.UploadAsync(BinaryData.FromString("{}"), TestContext.Current.CancellationToken);
        var lease = document.GetBlobLeaseClient();
        await lease.AcquireAsync(TimeSpan.FromSeconds(-1), cancellationToken: TestContext.Current.CancellationToken);
        return lease;
    }
}
