using System.Globalization;
using Azure.Storage.Blobs.Models;

namespace Serverless.Functions.Tests.ClassifyBlob;

public class BlobClassificationTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task AnUploadedImageIsNamedInItsDocument()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.UploadAsync("pets/cat.png", Pictures.Cat);

        await app.ClassifyBlobAsync("pets/cat.png");

        Assert.Equal("cat", (await app.DocumentAsync("pets/cat.png")).FirstLabel);
    }

    [Fact]
    public async Task ADocumentNamesTheVersionOfItsSource()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        var version = await app.UploadAsync("pets/cat.png", Pictures.Cat);

        await app.ClassifyBlobAsync("pets/cat.png");

        var document = await app.DocumentAsync("pets/cat.png");
        Assert.Equal(("pets/cat.png", version, Pictures.Cat.Length), (document.SourceBlob, document.SourceETag, document.SourceBytes));
    }

    [Fact]
    public async Task ADocumentCarriesTheVersionOfItsSourceInItsMetadata()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        var version = await app.UploadAsync("cat.png", Pictures.Cat);

        await app.ClassifyBlobAsync("cat.png");

        Assert.Equal(version, (await app.StoredAsync("cat.png")).Details.Metadata["sourceetag"]);
    }

    [Fact]
    public async Task ASecondEventForTheSameVersionChangesNothing()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.UploadAsync("cat.png", Pictures.Cat);
        await app.ClassifyBlobAsync("cat.png");
        var first = (await app.StoredAsync("cat.png")).Details.ETag;

        await app.ClassifyBlobAsync("cat.png");

        Assert.Equal(first, (await app.StoredAsync("cat.png")).Details.ETag);
    }

    [Fact]
    public async Task TwoEventsAtOnceLeaveOneDocument()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        var version = await app.UploadAsync("cat.png", Pictures.Cat);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.ClassifyBlobAsync("cat.png")));

        Assert.Equal(version, (await app.DocumentAsync("cat.png")).SourceETag);
    }

    [Fact]
    public async Task TheSameContentUploadedAgainIsAnsweredAgain()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.UploadAsync("cat.png", Pictures.Cat);
        await app.ClassifyBlobAsync("cat.png");

        var again = await app.UploadAsync("cat.png", Pictures.Cat);
        await app.ClassifyBlobAsync("cat.png");

        Assert.Equal(again, (await app.DocumentAsync("cat.png")).SourceETag);
    }

    [Fact]
    public async Task OtherContentUnderTheSameNameGetsItsOwnAnswer()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.UploadAsync("picture", Pictures.Text);
        await app.ClassifyBlobAsync("picture");

        await app.UploadAsync("picture", Pictures.Cat);
        await app.ClassifyBlobAsync("picture");

        Assert.Equal("classified", (await app.DocumentAsync("picture")).Status);
    }

    [Theory]
    [InlineData("text", "not_an_image")]
    [InlineData("nothing", "image_empty")]
    [InlineData("half", "image_truncated")]
    public async Task WhatNoRetryCanMendLeavesARejectedDocument(string content, string code)
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.UploadAsync("upload", content switch { "text" => Pictures.Text, "half" => Pictures.HalfARocket, _ => [] });

        await app.ClassifyBlobAsync("upload");

        var document = await app.DocumentAsync("upload");
        Assert.Equal(("rejected", code), (document.Status, document.ErrorCode));
    }

    [Theory]
    [InlineData("MaxImageBytes", "100000", "image_too_large")]
    [InlineData("MaxPixels", "100000", "image_too_many_pixels")]
    [InlineData("MaxSide", "600", "image_side_too_long")]
    public async Task AnImageAboveALimitLeavesARejectedDocument(string limit, string value, string code)
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite, ($"Classifier:{limit}", value));
        await app.UploadAsync("rocket.jpg", Pictures.Rocket);

        await app.ClassifyBlobAsync("rocket.jpg");

        Assert.Equal(code, (await app.DocumentAsync("rocket.jpg")).ErrorCode);
    }

    [Fact]
    public async Task OfABlobWithTooManyBytesNoneIsRead()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite, ("Classifier:MaxImageBytes", "1000"));
        await app.UploadAsync("large.png", Pictures.Cat);

        await app.ClassifyBlobAsync("large.png");

        await app.DocumentAsync("large.png");
        Assert.DoesNotContain(fixture.Azurite.Output, line => line.Contains($"\"GET /devstoreaccount1/{app.ImagesContainer.Name}/large.png", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnImageOfOrdinarySizeIsDownloadedOnce()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.UploadAsync("once.png", Pictures.Cat);

        await app.ClassifyBlobAsync("once.png");

        Assert.Single(fixture.Azurite.Output, line => line.Contains($"\"GET /devstoreaccount1/{app.ImagesContainer.Name}/once.png", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ABlobThatWasDeletedLeavesNothing()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);

        await app.ClassifyBlobAsync("gone.png");

        Assert.False(await app.HasDocumentAsync("gone.png"));
    }

    [Fact]
    public async Task AFolderOfAnAccountWithFoldersLeavesNothing()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.ImagesContainer.GetBlobClient("folder").UploadAsync(
            BinaryData.FromBytes(Array.Empty<byte>()), new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["hdi_isfolder"] = "true" } }, TestContext.Current.CancellationToken);

        await app.ClassifyBlobAsync("folder");

        Assert.False(await app.HasDocumentAsync("folder"));
    }

    [Theory]
    [InlineData("a/b/c/cat.png")]
    [InlineData("with space.png")]
    [InlineData("Katze Äöü ß 猫 🐈.png")]
    [InlineData("100%.png")]
    [InlineData("a%2Fb.png")]
    [InlineData("#?%&+=@:;,'()[]{}~!$*.png")]
    [InlineData("no-extension")]
    [InlineData(".json")]
    public async Task NamesOfEveryKindGetTheirDocument(string name)
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        var version = await app.UploadAsync(name, Pictures.Cat);

        await app.ClassifyBlobAsync(name);

        var document = await app.DocumentAsync(name);
        Assert.Equal((name, version), (document.SourceBlob, document.SourceETag));
    }

    [Fact]
    public async Task TheLongestNameGetsItsDocument()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        var name = string.Join('/', Enumerable.Repeat(new string('n', 127), 8));
        await app.UploadAsync(name, Pictures.Cat);

        await app.ClassifyBlobAsync(name);

        Assert.Equal(name, (await app.DocumentAsync(name)).SourceBlob);
    }

    [Fact]
    public async Task AMissingResultsContainerIsCreated()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.UploadAsync("cat.png", Pictures.Cat);
        await app.ResultsContainer.DeleteAsync(cancellationToken: TestContext.Current.CancellationToken);

        await app.ClassifyBlobAsync("cat.png");

        Assert.Equal("classified", (await app.DocumentAsync("cat.png")).Status);
    }

    [Fact]
    public async Task TheTimeOfTheAnswerIsUtc()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.UploadAsync("cat.png", Pictures.Cat);

        await app.ClassifyBlobAsync("cat.png");

        var text = System.Text.Json.JsonDocument.Parse((await app.StoredAsync("cat.png")).Content).RootElement.GetProperty("classifiedAt").GetString()!;
        Assert.Equal(TimeSpan.Zero, DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).Offset);
        Assert.EndsWith("Z", text, StringComparison.Ordinal);
    }
}
