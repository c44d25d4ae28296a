using Microsoft.AspNetCore.Http;
using Serverless.Functions.GetResult;

namespace Serverless.Functions.Tests.GetResult;

public class GetResultFunctionTests(AzuriteFixture fixture)
{
    [Theory]
    [InlineData("pets/cat.png", "pets/cat.png", "")]
    [InlineData("pets/cat.png", "pets%2Fcat.png", "")]
    [InlineData("pets/cat.png", "pets%2fcat.png", "")]
    [InlineData("pets/cat.png", null, "?blob=pets/cat.png")]
    [InlineData("a%2Fb.png", null, "?blob=a%252Fb.png")]
    [InlineData("100%.png", "something else", "?blob=100%25.png")]
    public async Task AStoredResultIsGivenAsItLiesThere(string name, string? path, string query)
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await app.UploadAsync(name, Pictures.Cat);
        await app.ClassifyBlobAsync(name);
        var request = app.Request(query: query);

        var (status, body) = await Answers.ReadAsync(request, await RunAsync(app, request, path));

        Assert.Equal(200, status);
        Assert.Equal((await app.StoredAsync(name)).Content.ToArray(), body);
    }

    [Fact]
    public async Task WhileThereIsNoResultItIsNotFound()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);

        Assert.Equal("result_not_found", (await Answers.ProblemAsync(RunAsync(app, app.Request(), "cat.png"))).Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task ARequestThatNamesNoImageIsRefused(string? path)
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);

        Assert.Equal("invalid_request", (await Answers.ProblemAsync(RunAsync(app, app.Request(), path))).Code);
    }

    [Fact]
    public async Task StorageThatDoesNotAnswerIsReported()
    {
        await using var azurite = await AzuriteProcess.StartNewAsync();
        await using var app = await TestApp.CreateAsync(azurite);
        await azurite.StopAsync();

        Assert.Equal("storage_unavailable", (await Answers.ProblemAsync(RunAsync(app, app.Request(), "cat.png"))).Code);
    }

    private static Task<IResult> RunAsync(TestApp app, HttpRequest request, string? path) =>
        app.Make<GetResultFunction>().RunAsync(request, path, TestContext.Current.CancellationToken);
}
