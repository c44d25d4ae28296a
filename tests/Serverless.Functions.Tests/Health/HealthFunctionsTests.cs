using System.Text.Json;
using Serverless.Functions.Health;

namespace Serverless.Functions.Tests.Health;

public class HealthFunctionsTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task AWorkerThatAnswersIsAlive()
    {
        await using var app = TestApp.WithoutContainers(fixture.Azurite);
        var request = app.Request();

        Assert.Equal(200, (await Answers.ReadAsync(request, HealthFunctions.Live(request))).Status);
    }

    [Fact]
    public async Task WithAWarmModelAndItsContainersAnAppIsReady()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);
        await WarmUpAsync(app);

        var (status, report) = await AskAsync(app);

        Assert.Equal((200, "ready"), (status, report.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task WithoutItsModelAnAppIsNotReadyAndSaysWhy()
    {
        await using var app = await TestApp.CreateAsync(fixture.Azurite);

        var (status, report) = await AskAsync(app);

        Assert.Equal(503, status);
        Assert.Equal($"the model {TestApp.Model} is loading", report.GetProperty("model").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task WithoutItsContainersAnAppIsNotReadyAndSaysWhich()
    {
        await using var app = TestApp.WithoutContainers(fixture.Azurite);
        await WarmUpAsync(app);

        var (status, report) = await AskAsync(app);

        Assert.Equal(503, status);
        Assert.Contains(app.ImagesContainer.Name, report.GetProperty("storage").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutStorageAnAppIsNotReadyAndSaysWhy()
    {
        await using var azurite = await AzuriteProcess.StartNewAsync();
        await using var app = await TestApp.CreateAsync(azurite);
        await WarmUpAsync(app);
        await azurite.StopAsync();

        var (status, report) = await AskAsync(app);

        Assert.Equal(503, status);
        Assert.Contains("cannot be reached", report.GetProperty("storage").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    private static async Task WarmUpAsync(TestApp app) => await app.Get<Serverless.Classifier.ImageClassifier>().ClassifyAsync(
        Pictures.Cat, new Serverless.Classifier.ClassificationRequest(), TestContext.Current.CancellationToken);

    private static async Task<(int Status, JsonElement Report)> AskAsync(TestApp app)
    {
        var request = app.Request();
        var (status, body) = await Answers.ReadAsync(request, await app.Make<HealthFunctions>().ReadyAsync(request, TestContext.Current.CancellationToken));
        using var json = JsonDocument.Parse(body);
        return (status, json.RootElement.Clone());
    }
}
