using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Serverless.Classifier.Errors;
using Serverless.Functions.ClassifyImage;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Serverless.Functions.Tests.ClassifyImage;

public class ExplainTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task TheTopClassIsExplainedByAHeatMapOfTheImagesSize()
    {
        await using var app = Make();

        var answer = await ExplainAsync(app, "?model=efficientnet-lite0&explain=cam", Pictures.Cat);

        var explanation = answer["explanation"]!;
        Assert.Equal(("cam", 1), (explanation["method"]!.GetValue<string>(), explanation["runs"]!.GetValue<int>()));
        Assert.True(JsonNode.DeepEquals(answer["predictions"]![0], explanation["class"]));
        Assert.Equal((451, 300), (explanation["heatmap"]!["width"]!.GetValue<int>(), explanation["heatmap"]!["height"]!.GetValue<int>()));
        using var heat = Heat(answer);
        Assert.Equal((451, 300), (heat.Width, heat.Height));
    }

    [Fact]
    public async Task WhatTheNetworkDidNotSeeIsTransparent()
    {
        await using var app = Make();

        using var heat = Heat(await ExplainAsync(app, "?model=efficientnet-lite0&explain=cam", Pictures.Cat));

        // 451 x 300 becomes 384 x 256, of which the 224 x 224 in the centre are seen: columns 94 to 357, rows 18.75 to 281.25.
        Assert.Equal((0, 255, 255, 0), (heat[93, 150].A, heat[94, 150].A, heat[356, 150].A, heat[358, 150].A));
        Assert.Equal((0, 255, 255, 0), (heat[200, 17].A, heat[200, 19].A, heat[200, 280].A, heat[200, 282].A));
    }

    [Fact]
    public async Task ASquashedImageIsSeenWholeAndACoveringSaysWhatItCost()
    {
        await using var app = Make();

        var answer = await ExplainAsync(app, "?model=vgg16-cifar10&explain=occlusion&class=dog&top=10", Pictures.Cat);

        var explanation = answer["explanation"]!;
        Assert.Equal(("occlusion", 50, "dog"), (explanation["method"]!.GetValue<string>(), explanation["runs"]!.GetValue<int>(), explanation["class"]!["label"]!.GetValue<string>()));
        Assert.Contains(answer["predictions"]!.AsArray(), prediction => JsonNode.DeepEquals(prediction, explanation["class"]));
        using var heat = Heat(answer);
        Assert.Equal((255, 255), (heat[0, 0].A, heat[450, 299].A));
    }

    [Fact]
    public async Task TheHeatMapOfALargeImageIsSmallerAndHasItsShape()
    {
        await using var app = Make();
        using var large = new Image<Rgb24>(3000, 1500);
        using var file = new MemoryStream();
        await large.SaveAsPngAsync(file, TestContext.Current.CancellationToken);

        using var heat = Heat(await ExplainAsync(app, "?explain=occlusion", file.ToArray()));

        Assert.Equal((1024, 512), (heat.Width, heat.Height));
    }

    [Fact]
    public async Task WithoutBeingAskedNothingIsExplained()
    {
        await using var app = Make();

        Assert.Null((await ExplainAsync(app, "", Pictures.Cat))["explanation"]);
    }

    [Fact]
    public async Task EachFileOfAFormIsExplained()
    {
        await using var app = Make();
        var (body, contentType) = await Form.OfAsync(("a", "cat.png", Pictures.Cat), ("b", "rocket.jpg", Pictures.Rocket));
        var request = app.Request("POST", "?model=efficientnet-lite0&explain=cam", body, contentType);

        var (_, answer) = await Answers.ReadAsync(request, await RunAsync(app, request));

        Assert.Equal([451, 640], JsonNode.Parse(answer)!.AsArray().Select(one => one!["explanation"]!["heatmap"]!["width"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("?explain=gradcam", "invalid_request")]
    [InlineData("?explain=1", "invalid_request")]
    [InlineData("?class=cat", "invalid_request")]
    [InlineData("?explain=occlusion&class=unicorn", "unknown_class")]
    [InlineData("?explain=cam", "not_offered")]
    public async Task WhatCannotBeExplainedIsRefused(string query, string code)
    {
        await using var app = Make();

        Assert.Equal(code, (await Answers.ProblemAsync(RunAsync(app, app.Request("POST", query, Pictures.Cat)))).Code);
    }

    [Fact]
    public async Task WhatCannotBeExplainedFailsAFormWhole()
    {
        await using var app = Make();
        var (body, contentType) = await Form.OfAsync(("a", "cat.png", Pictures.Cat), ("b", "rocket.jpg", Pictures.Rocket));

        Assert.Equal(ErrorKind.NotOffered, await Answers.ProblemAsync(RunAsync(app, app.Request("POST", "?explain=cam", body, contentType))));
    }

    private TestApp Make() => TestApp.WithoutContainers(fixture.Azurite);

    private static Task<IResult> RunAsync(TestApp app, HttpRequest request) =>
        app.Make<ClassifyImageFunction>().RunAsync(request, TestContext.Current.CancellationToken);

    private static async Task<JsonNode> ExplainAsync(TestApp app, string query, byte[] image)
    {
        var request = app.Request("POST", query, image);
        var (status, body) = await Answers.ReadAsync(request, await RunAsync(app, request));
        Assert.Equal(200, status);
        Document.Parse(body);
        return JsonNode.Parse(body)!;
    }

    private static Image<Rgba32> Heat(JsonNode answer) =>
        Image.Load<Rgba32>(Convert.FromBase64String(answer["explanation"]!["heatmap"]!["png"]!.GetValue<string>()));
}
