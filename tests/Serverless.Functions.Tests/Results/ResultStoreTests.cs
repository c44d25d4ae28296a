using Serverless.Functions.Results;

namespace Serverless.Functions.Tests.Results;

public class ResultStoreTests(AzuriteFixture fixture)
{
    private static readonly BlobVersion Version = new("0x1", DateTimeOffset.UnixEpoch, 3);

    private static readonly ResultDocument Document = new()
    {
        Status = ResultStatus.Rejected,
        Error = new("image_empty", "The image has no bytes at all."),
        ClassifiedAt = DateTime.UnixEpoch,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhereNothingIsStoredNothingIsFound()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);

        Assert.Equal(StoredResult.None, await app.Results.FindAsync("cat.png", Cancellation));
    }

    [Fact]
    public async Task AStoredDocumentTellsWhichVersionItAnswers()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);

        await app.Results.TryWriteAsync(Document, "cat.png", Version, StoredResult.None, Cancellation);

        Assert.Equal("0x1", (await app.Results.FindAsync("cat.png", Cancellation)).Answers);
    }

    [Fact]
    public async Task ADocumentIsWrittenOverTheOneThatWasSeen()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.Results.TryWriteAsync(Document, "cat.png", Version, StoredResult.None, Cancellation);
        var seen = await app.Results.FindAsync("cat.png", Cancellation);

        Assert.True(await app.Results.TryWriteAsync(Document, "cat.png", Version with { ETag = "0x2" }, seen, Cancellation));
    }

    [Fact]
    public async Task ADocumentThatAppearedMeanwhileIsNotOverwritten()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.Results.TryWriteAsync(Document, "cat.png", Version, StoredResult.None, Cancellation);

        Assert.False(await app.Results.TryWriteAsync(Document, "cat.png", Version with { ETag = "0x2" }, StoredResult.None, Cancellation));
    }

    [Fact]
    public async Task ADocumentThatChangedMeanwhileIsNotOverwritten()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.Results.TryWriteAsync(Document, "cat.png", Version, StoredResult.None, Cancellation);
        var seen = await app.Results.FindAsync("cat.png", Cancellation);
        await app.Results.TryWriteAsync(Document, "cat.png", Version with { ETag = "0x2" }, seen, Cancellation);

        Assert.False(await app.Results.TryWriteAsync(Document, "cat.png", Version with { ETag = "0x3" }, seen, Cancellation));
    }

    [Fact]
    public async Task AForeignDocumentWithoutAVersionAnswersNone()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.ResultsContainer.UploadBlobAsync("cat.png.json", BinaryData.FromString("{}"), Cancellation);

        var found = await app.Results.FindAsync("cat.png", Cancellation);

        Assert.NotNull(found.ETag);
        Assert.Null(found.Answers);
    }

    [Fact]
    public async Task ADocumentIsServedAsJson()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);

        await app.Results.TryWriteAsync(Document, "cat.png", Version, StoredResult.None, Cancellation);

        Assert.Equal("application/json", (await app.StoredAsync("cat.png")).Details.ContentType);
    }
}
