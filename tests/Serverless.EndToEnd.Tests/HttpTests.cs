using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Serverless.EndToEnd.Tests;

/// <summary>The HTTP functions as a caller sees them, through the local host.</summary>
public class HttpTests(SharedApp shared)
{
    private readonly LocalApp _app = shared.App;

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/octet-stream")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task AnImageInTheBodyIsClassifiedWhateverItsContentTypeSays(string? contentType)
    {
        var (status, answer) = await PostAsync("classify", Pictures.Coffee, contentType);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("espresso", answer.GetProperty("predictions")[0].GetProperty("label").GetString());
        Assert.Equal("n07920052", answer.GetProperty("predictions")[0].GetProperty("classId").GetString());
        Assert.Equal(5, answer.GetProperty("predictions").GetArrayLength());
        Assert.False(answer.TryGetProperty("source", out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task TopSaysHowManyPredictions(int top)
    {
        var (_, answer) = await PostAsync($"classify?top={top}", Pictures.Coffee);

        Assert.Equal(top, answer.GetProperty("predictions").GetArrayLength());
    }

    [Fact]
    public async Task ModelNamesAnotherNetwork()
    {
        var (_, answer) = await PostAsync("classify?model=vgg16-cifar10&top=100", Pictures.Cat);

        Assert.Equal("vgg16-cifar10", answer.GetProperty("model").GetProperty("name").GetString());
        Assert.Equal(10, answer.GetProperty("predictions").GetArrayLength());
    }

    [Fact]
    public async Task AFormWithOneFileGivesOneDocument()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Pictures.Coffee), "image", "coffee.png" } };

        var (status, answer) = await SendAsync(HttpMethod.Post, "classify", form);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("espresso", answer.GetProperty("predictions")[0].GetProperty("label").GetString());
    }

    [Fact]
    public async Task AFormWithSeveralFilesGivesADocumentEachAndABadOneDoesNotSpoilTheOthers()
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Pictures.Coffee), "a", "coffee.png" },
            { new ByteArrayContent("no image"u8.ToArray()), "b", "text.png" },
            { new ByteArrayContent(Pictures.Rocket), "c", "rocket.jpg" },
        };

        var (status, answer) = await SendAsync(HttpMethod.Post, "classify", form);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["classified", "rejected", "classified"], answer.EnumerateArray().Select(document => document.GetProperty("status").GetString()));
        Assert.Equal("not_an_image", answer[1].GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task AStoredImageIsClassifiedByItsName()
    {
        var etag = await _app.Images.PutAsync("http/stored coffee.png", Pictures.Coffee);

        var (status, answer) = await SendAsync(HttpMethod.Get, "classify?blob=http/stored%20coffee.png&top=1");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("espresso", answer.GetProperty("predictions")[0].GetProperty("label").GetString());
        Assert.Equal(etag.ToString().Trim('"'), answer.GetProperty("source").GetProperty("etag").GetString()!.Trim('"'));
    }

    [Fact]
    public async Task AStoredResultIsReadByTheNameOfItsImage()
    {
        var etag = await _app.Images.PutAsync("http/folder/coffee.png", Pictures.Coffee);
        var stored = await ResultDocument.WaitAsync(_app, "http/folder/coffee.png", etag);

        var (status, answer) = await SendAsync(HttpMethod.Get, "results/http/folder/coffee.png");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(stored.Json.GetRawText(), answer.GetRawText());
    }

    public static TheoryData<string, byte[], HttpStatusCode, string> WhatIsRefused => new()
    {
        { "classify", [], HttpStatusCode.BadRequest, "image_empty" },
        { "classify", Encoding.UTF8.GetBytes("a text"), HttpStatusCode.UnsupportedMediaType, "not_an_image" },
        { "classify", Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'/>"), HttpStatusCode.UnsupportedMediaType, "unsupported_format" },
        { "classify", Pictures.Rocket[..(Pictures.Rocket.Length / 2)], HttpStatusCode.UnprocessableEntity, "image_truncated" },
        { "classify", Pictures.PngHeader(8001, 8000), HttpStatusCode.UnprocessableEntity, "image_too_many_pixels" },
        { "classify", Pictures.PngHeader(16385, 1), HttpStatusCode.UnprocessableEntity, "image_side_too_long" },
        { "classify?top=0", Pictures.Coffee, HttpStatusCode.BadRequest, "invalid_top" },
        { "classify?top=101", Pictures.Coffee, HttpStatusCode.BadRequest, "invalid_top" },
        { "classify?top=five", Pictures.Coffee, HttpStatusCode.BadRequest, "invalid_top" },
        { "classify?model=absent", Pictures.Coffee, HttpStatusCode.NotFound, "unknown_model" },
        { "classify?model=../efficientnet-lite0", Pictures.Coffee, HttpStatusCode.NotFound, "unknown_model" },
    };

    [Theory]
    [MemberData(nameof(WhatIsRefused))]
    public async Task ARefusalSaysWhyAsProblemDetailsWithAStableCode(string path, byte[] body, HttpStatusCode expected, string code)
    {
        var (status, problem) = await PostAsync(path, body);

        Assert.Equal(expected, status);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal((int)expected, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Theory]
    [InlineData("classify?blob=absent.png", "blob_not_found")]
    [InlineData("results/absent.png", "result_not_found")]
    [InlineData("classify", "invalid_request")]
    public async Task WhatIsNotThereIsSaidToBeSo(string path, string code)
    {
        var (_, problem) = await SendAsync(HttpMethod.Get, path);

        Assert.Equal(code, problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task AFormWithoutAFileIsRefused()
    {
        using var form = new MultipartFormDataContent { { new StringContent("value"), "field" } };

        var (status, problem) = await SendAsync(HttpMethod.Post, "classify", form);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task ABodyOf31MegabytesIsClassifiedAlthoughTheWorkersServerWouldRefuseIt()
    {
        byte[] padded = [.. Pictures.Coffee, .. new byte[31_000_000 - Pictures.Coffee.Length]];

        var (status, answer) = await PostAsync("classify?top=1", padded);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("espresso", answer.GetProperty("predictions")[0].GetProperty("label").GetString());
    }

    [Theory]
    [InlineData((32 << 20) + 1)]
    [InlineData(105_000_000)]
    public async Task ABodyOverTheLimitIsRefusedAsTooLarge(int bytes)
    {
        // As curl does with large bodies: the answer is awaited before the body is sent, so that it cannot be lost to a connection that closes.
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("classify", UriKind.Relative)) { Content = new ByteArrayContent(new byte[bytes]) };
        request.Headers.ExpectContinue = true;
        using var response = await _app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task ModelsAreListedWithTheirStateTheDefaultFirst()
    {
        var (_, list) = await SendAsync(HttpMethod.Get, "models");

        var first = list.GetProperty("models")[0];
        Assert.Equal(("efficientnet-lite0", "loaded"), (first.GetProperty("name").GetString(), first.GetProperty("state").GetString()));
        Assert.Contains(list.GetProperty("models").EnumerateArray(), model => model.GetProperty("name").GetString() == "vgg16-cifar10");
    }

    [Fact]
    public async Task HealthAndContractAreThere()
    {
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "health/live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "health/ready")).Status);
        Assert.StartsWith("3.1", (await SendAsync(HttpMethod.Get, "openapi.json")).Json.GetProperty("openapi").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACallerWhoLeavesInTheMiddleOfTheBodyHarmsNobody()
    {
        using (var caller = new TcpClient())
        {
            await caller.ConnectAsync(IPAddress.Loopback, _app.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
            await caller.GetStream().WriteAsync(
                "POST /api/classify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nhalf"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.OK, (await PostAsync("classify", Pictures.Coffee)).Status);
    }

    private async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, byte[] body, string? contentType = "application/octet-stream")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : new MediaTypeHeaderValue(contentType);
        return await SendAsync(HttpMethod.Post, path, content);
    }

    private async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        using var response = await _app.Http.SendAsync(request, TestContext.Current.CancellationToken);
        using var json = await JsonDocument.ParseAsync(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), cancellationToken: TestContext.Current.CancellationToken);
        return (response.StatusCode, json.RootElement.Clone());
    }
}
