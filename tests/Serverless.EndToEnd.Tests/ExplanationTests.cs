using System.Net;
using System.Text.Json;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Serverless.EndToEnd.Tests;

/// <summary>Features and explanations as a caller sees them, through the local host, by the published app.</summary>
public class ExplanationTests(SharedApp shared)
{
    private readonly LocalApp _app = shared.App;

    [Fact]
    public async Task TheHeatMapOfAnEspressoIsHottestOnTheCup()
    {
        var (status, answer) = await PostAsync("classify?explain=cam", Pictures.Coffee);

        Assert.Equal(HttpStatusCode.OK, status);
        var explanation = answer.GetProperty("explanation");
        Assert.Equal(("cam", "espresso", 1), (
            explanation.GetProperty("method").GetString(),
            explanation.GetProperty("class").GetProperty("label").GetString(),
            explanation.GetProperty("runs").GetInt32()));
        using var heat = Heat(explanation);
        Assert.Equal((600, 400), (heat.Width, heat.Height));
        var (x, y) = (from row in Enumerable.Range(0, 400) from column in Enumerable.Range(0, 600) select (column, row))
            .MaxBy(pixel => heat[pixel.column, pixel.row] is { A: 255 } colour ? colour.R + colour.G : -1);
        Assert.InRange(x, 180, 400);
        Assert.InRange(y, 50, 280);
    }

    [Fact]
    public async Task ANetworkWithoutGlobalPoolingIsExplainedByCovering()
    {
        var (_, answer) = await PostAsync("classify?model=vgg16-cifar10&explain=occlusion&class=dog", Pictures.Cat);

        var explanation = answer.GetProperty("explanation");
        Assert.Equal(("dog", 50), (explanation.GetProperty("class").GetProperty("label").GetString(), explanation.GetProperty("runs").GetInt32()));
        using var heat = Heat(explanation);
        Assert.Equal((451, 300), (heat.Width, heat.Height));
    }

    [Fact]
    public async Task TheFeaturesOfAPictureAreAVectorOfLengthOne()
    {
        var (status, answer) = await PostAsync("features?normalize=true", Pictures.Coffee);

        Assert.Equal(HttpStatusCode.OK, status);
        var values = answer.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()).ToList();
        Assert.Equal(1280, values.Count);
        Assert.Equal(1, Math.Sqrt(values.Sum(value => value * value)), 1e-5);
    }

    [Theory]
    [InlineData("features?pooling=median", "invalid_request")]
    [InlineData("classify?model=vgg16-cifar10&explain=cam", "not_offered")]
    [InlineData("classify?explain=cam&class=unicorn", "unknown_class")]
    public async Task WhatIsNotThereIsRefusedWithAStableCode(string path, string code)
    {
        var (status, problem) = await PostAsync(path, Pictures.Cat);

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task AModelThatNobodyUsesLeavesMemoryAndComesBackWhenAsked()
    {
        using var folder = new TemporaryFolder();
        await using var app = await LocalApp.StartAsync(folder.Path, new Dictionary<string, string>
        {
            ["Classifier__ModelsPath"] = TestFiles.InRepository("models"),
            ["Classifier__IdleMinutes"] = "0.01",
        });

        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(HttpStatusCode.OK, (await PostAsync("classify?model=vgg16-cifar10", Pictures.Cat, app)).Status);
            await WaitForAsync(app, "vgg16-cifar10", "available");
        }

        await WaitForAsync(app, "efficientnet-lite0", "loaded");
    }

    private static Image<Rgba32> Heat(JsonElement explanation) => Image.Load<Rgba32>(explanation.GetProperty("heatmap").GetProperty("png").GetBytesFromBase64());

    private static async Task WaitForAsync(LocalApp app, string model, string state) =>
        await Eventually.GetAsync(async () => await StateAsync(app, model) == state ? "" : null, $"{model} is {state}", details: app.Tail);

    private static async Task<string?> StateAsync(LocalApp app, string model)
    {
        using var list = JsonDocument.Parse(await app.Http.GetStringAsync(new Uri("models", UriKind.Relative), TestContext.Current.CancellationToken));
        return list.RootElement.GetProperty("models").EnumerateArray().Single(one => one.GetProperty("name").GetString() == model).GetProperty("state").GetString();
    }

    private async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, byte[] body, LocalApp? app = null)
    {
        using var content = new ByteArrayContent(body);
        using var response = await (app ?? _app).Http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        using var json = await JsonDocument.ParseAsync(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), cancellationToken: TestContext.Current.CancellationToken);
        return (response.StatusCode, json.RootElement.Clone());
    }
}
