using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Serverless.Classifier.Errors;
using Serverless.Functions.ClassifyImage;

namespace Serverless.Functions.Tests.ClassifyImage;

public class ClassifyStoredTests(AzuriteFixture fixture)
{
    /// <summary>Four and a half seconds on an idle machine; the client that blobs are read with would take more than half a minute.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("pets/cat.png")]
    [InlineData("100%25 & #?+ 猫.png")]
    public async Task AStoredImageIsNamed(string name)
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        var version = await app.UploadAsync(name, Pictures.Cat);
        var request = app.Request(query: "?blob=" + Uri.EscapeDataString(name));

        var document = await Answers.DocumentAsync(request, RunAsync(app, request));

        Assert.Equal(("cat", name, version), (document.FirstLabel, document.SourceBlob, document.SourceETag));
    }

    [Fact]
    public async Task ClassifyingAStoredImageStoresNothing()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.UploadAsync("cat.png", Pictures.Cat);

        await RunAsync(app, app.Request(query: "?blob=cat.png"));

        Assert.False(await app.HasDocumentAsync("cat.png"));
    }

    [Fact]
    public async Task ABlobThatIsNotThereIsNotFound()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);

        Assert.Equal("blob_not_found", (await Answers.ProblemAsync(RunAsync(app, app.Request(query: "?blob=none.png")))).Code);
    }

    [Fact]
    public async Task AContainerThatIsNotThereHasNoBlobs()
    {
        await using var app = TestApp.WithoutContainers(fixture.Azurite);

        Assert.Equal("blob_not_found", (await Answers.ProblemAsync(RunAsync(app, app.Request(query: "?blob=none.png")))).Code);
    }

    [Fact]
    public async Task AStoredImageWithTooManyBytesIsRefused()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite, ("Classifier:MaxImageBytes", "1000"));
        await app.UploadAsync("cat.png", Pictures.Cat);

        Assert.Equal(ErrorKind.TooManyBytes, await Answers.ProblemAsync(RunAsync(app, app.Request(query: "?blob=cat.png"))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?blob=")]
    public async Task AGetThatNamesNoBlobIsRefused(string query)
    {
        await using var app = TestApp.WithoutContainers(fixture.Azurite);

        Assert.Equal("invalid_request", (await Answers.ProblemAsync(RunAsync(app, app.Request(query: query)))).Code);
    }

    [Fact]
    public async Task StorageThatRefusesConnectionsIsReportedWithinSeconds()
    {
        await using var azurite = await AzuriteProcess.StartNewAsync();
        await using var app = await TestApp.CreateAsync(azurite);
        await azurite.StopAsync();
        var start = Stopwatch.GetTimestamp();

        Assert.Equal("storage_unavailable", (await Answers.ProblemAsync(RunAsync(app, app.Request(query: "?blob=cat.png")))).Code);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Soon);
    }

    [Fact]
    public async Task StorageThatNeverAnswersIsReportedWithinSeconds()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        await using var app = TestApp.WithoutContainers(fixture.Azurite, (
            "AzureWebJobsStorage",
            $"AccountName=devstoreaccount1;AccountKey=aGVsbG8=;BlobEndpoint=http://127.0.0.1:{((System.Net.IPEndPoint)silent.LocalEndpoint).Port}/devstoreaccount1"));
        var start = Stopwatch.GetTimestamp();

        Assert.Equal("storage_unavailable", (await Answers.ProblemAsync(RunAsync(app, app.Request(query: "?blob=cat.png")))).Code);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Soon);
    }

    private static Task<IResult> RunAsync(TestApp app, HttpRequest request) =>
        app.Make<ClassifyImageFunction>().RunAsync(request, TestContext.Current.CancellationToken);
}
