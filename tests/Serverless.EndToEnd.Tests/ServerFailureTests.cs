using System.Net;
using System.Text.Json;

namespace Serverless.EndToEnd.Tests;

/// <summary>What goes wrong on the server's side is said without showing its inside.</summary>
public class ServerFailureTests
{
    [Fact]
    public async Task AnUnforeseenFailureIsA500WithATraceIdAndNothingOfItsInside()
    {
        using var storage = new TemporaryFolder();
        using var models = new TemporaryFolder();
        BrokenModels.AddFailingAtRun(models.Path, "failing");
        BrokenModels.AddUnreadable(models.Path, "unreadable");
        await using var app = await LocalApp.StartAsync(
            storage.Path, new Dictionary<string, string> { ["Classifier__ModelsPath"] = models.Path, ["Classifier__Model"] = "failing" });

        var failing = await ClassifyAsync(app, "failing");
        var unreadable = await ClassifyAsync(app, "unreadable");

        Assert.Equal((HttpStatusCode.InternalServerError, "internal_error"), (failing.Status, failing.Problem.GetProperty("code").GetString()));
        Assert.Matches("^[0-9a-f]{32}$", failing.Problem.GetProperty("traceId").GetString()!);
        Assert.DoesNotContain("onnx", failing.Problem.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" at ", failing.Problem.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(app.Output, line => line.Contains(failing.Problem.GetProperty("traceId").GetString()!, StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.InternalServerError, "invalid_model"), (unreadable.Status, unreadable.Problem.GetProperty("code").GetString()));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Problem)> ClassifyAsync(LocalApp app, string model)
    {
        using var body = new ByteArrayContent(Pictures.Coffee);
        using var response = await app.Http.PostAsync(new Uri($"classify?model={model}", UriKind.Relative), body, TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        return (response.StatusCode, json.RootElement.Clone());
    }
}
