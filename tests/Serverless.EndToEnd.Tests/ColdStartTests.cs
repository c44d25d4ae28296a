using System.Net;
using System.Text.Json;

namespace Serverless.EndToEnd.Tests;

/// <summary>A crowd that comes while the model loads is answered or refused cleanly.</summary>
public class ColdStartTests
{
    private const int Callers = 64;

    [Fact]
    public async Task SixtyFourCallersDuringAColdStartGetAnAnswerOrACleanRefusal()
    {
        using var storage = new TemporaryFolder();
        using var models = new TemporaryFolder();
        using var slow = new SlowModel(models.Path, "slow", TestFiles.InRepository("models", "vgg16-cifar10"));
        await using var app = await LocalApp.StartAsync(storage.Path, new Dictionary<string, string>
        {
            ["Classifier__ModelsPath"] = models.Path,
            ["Classifier__Model"] = "slow",
            ["Classifier__MaxWaiting"] = "39",
            ["HttpLoadPatienceSeconds"] = "5",
        });

        var refused = await CallAsync(app);
        slow.LetLoad();
        await Eventually.GetAsync(
            async () => (await app.Http.GetAsync(new Uri("health/ready", UriKind.Relative))).IsSuccessStatusCode ? app : null, "the model is loaded", details: app.Tail);
        var answered = await CallAsync(app);

        Assert.All(refused, answer => Assert.True(answer is (HttpStatusCode.ServiceUnavailable, "model_loading", true) or (HttpStatusCode.TooManyRequests, "too_busy", true), $"{answer}"));
        Assert.Contains(refused, answer => answer.Code == "model_loading");
        Assert.Contains(refused, answer => answer.Code == "too_busy");
        Assert.All(answered, answer => Assert.True(answer is (HttpStatusCode.OK, null, false) or (HttpStatusCode.TooManyRequests, "too_busy", true), $"{answer}"));
        Assert.Contains(answered, answer => answer.Status == HttpStatusCode.OK);
    }

    private static Task<(HttpStatusCode Status, string? Code, bool RetryAfter)[]> CallAsync(LocalApp app) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            using var body = new ByteArrayContent(Pictures.Coffee);
            using var response = await app.Http.PostAsync(new Uri("classify", UriKind.Relative), body);
            using var json = JsonDocument.Parse(await response.Content.ReadAsStreamAsync());
            return (response.StatusCode, json.RootElement.TryGetProperty("code", out var code) ? code.GetString() : null, response.Headers.RetryAfter is not null);
        }));
}
