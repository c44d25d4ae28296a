using Azure.Storage.Blobs;
using Serverless.Functions.ClassifyBlob;

namespace Serverless.Functions.Tests.ClassifyBlob;

public class ClassifyBlobFunctionTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task AnEventForTheImagesContainerIsAnswered()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.UploadAsync("cat.png", Pictures.Cat);

        await RunAsync(app, app.ImagesContainer.GetBlobClient("cat.png"));

        Assert.True(await app.HasDocumentAsync("cat.png"));
    }

    [Fact]
    public async Task AnEventForAnotherContainerIsIgnored()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.ResultsContainer.UploadBlobAsync("cat.png", BinaryData.FromBytes(Pictures.Cat), TestContext.Current.CancellationToken);
        await app.UploadAsync("cat.png", Pictures.Cat);

        await RunAsync(app, app.ResultsContainer.GetBlobClient("cat.png"));

        Assert.False(await app.HasDocumentAsync("cat.png"));
    }

    [Fact]
    public async Task ABlobOfAnotherContainerIsNotEvenLookedAt()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        var other = new BlobServiceClient(fixture.Azurite.ConnectionString).GetBlobContainerClient($"other-{Guid.NewGuid():N}");

        await RunAsync(app, other.GetBlobClient("cat.png"));

        Assert.DoesNotContain(fixture.Azurite.Output, line => line.Contains(other.Name, StringComparison.Ordinal));
    }

    private static Task RunAsync(TestApp app, BlobClient blob) => app.Make<ClassifyBlobFunction>().RunAsync(blob, TestContext.Current.CancellationToken);
}
