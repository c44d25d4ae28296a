using Microsoft.AspNetCore.Http;
using Serverless.Classifier.Errors;
using Serverless.Functions.ClassifyImage;

namespace Serverless.Functions.Tests.ClassifyImage;

public class ClassifyFormTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task OneFileIsAnsweredLikeABody()
    {
        await using var app = Make();
        var request = await PostAsync(app, ("image", "cat.png", Pictures.Cat));

        var document = await Answers.DocumentAsync(request, RunAsync(app, request));

        Assert.Equal(("cat", null), (document.FirstLabel, document.Source));
    }

    [Fact]
    public async Task SeveralFilesAreAnsweredInTheirOrder()
    {
        await using var app = Make();
        var request = await PostAsync(app, ("a", "rocket.jpg", Pictures.Rocket), ("b", "cat.png", Pictures.Cat), ("a", "Katze Ä 猫.png", Pictures.Cat));

        Assert.Equal(["rocket.jpg", "cat.png", "Katze Ä 猫.png"], (await Answers.DocumentsAsync(request, RunAsync(app, request))).Select(one => one.SourceFile));
    }

    [Fact]
    public async Task AFileThatIsRefusedDoesNotTakeTheOthersAnswersAway()
    {
        await using var app = Make(("Classifier:MaxImageBytes", "300000"));
        var request = await PostAsync(
            app, ("a", "list.txt", Pictures.Text), ("b", "large", new byte[1_000_000]), ("c", "empty", []), ("d", "cat.png", Pictures.Cat));

        Assert.Equal(
            ["not_an_image", "image_too_large", "image_empty", null],
            (await Answers.DocumentsAsync(request, RunAsync(app, request))).Select(one => one.ErrorCode));
    }

    [Fact]
    public async Task ASingleFileThatIsRefusedIsAProblem()
    {
        await using var app = Make();

        Assert.Equal(ErrorKind.NotAnImage, await Answers.ProblemAsync(RunAsync(app, await PostAsync(app, ("a", "list.txt", Pictures.Text)))));
    }

    [Fact]
    public async Task OtherFieldsArePassedOver()
    {
        await using var app = Make();
        var request = await PostAsync(app, ("comment", null, "Look!"u8.ToArray()), ("image", "cat.png", Pictures.Cat), ("more", null, []));

        Assert.Equal("cat", (await Answers.DocumentAsync(request, RunAsync(app, request))).FirstLabel);
    }

    [Fact]
    public async Task WhatIsWrongWithTheRequestFailsItWhole()
    {
        await using var app = Make();
        var request = await PostAsync(app, ("a", "cat.png", Pictures.Cat), ("b", "cat.png", Pictures.Cat));
        request.QueryString = new QueryString("?model=none");

        Assert.Equal(ErrorKind.UnknownModel, await Answers.ProblemAsync(RunAsync(app, request)));
    }

    [Fact]
    public async Task AFormWithoutAFileIsRefused()
    {
        await using var app = Make();

        Assert.Equal("invalid_request", (await Answers.ProblemAsync(RunAsync(app, await PostAsync(app, ("comment", null, [1]))))).Code);
    }

    [Fact]
    public async Task AFormWithTooManyFilesIsRefused()
    {
        await using var app = Make();
        var request = await PostAsync(app, [.. Enumerable.Repeat(("a", (string?)"list.txt", Pictures.Text), UploadedFormClassification.MaxFiles + 1)]);

        Assert.Equal("invalid_request", (await Answers.ProblemAsync(RunAsync(app, request))).Code);
    }

    [Theory]
    [InlineData("multipart/form-data", "--x\r\n\r\n--x--")]
    [InlineData("multipart/form-data; boundary=\"\"", "--x\r\n\r\n--x--")]
    [InlineData("multipart/form-data; boundary=x", "no boundary at all")]
    [InlineData("multipart/form-data; boundary=x", "")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a; filename=a\r\n\r\nand no end")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition form-data\r\n\r\n--x--")]
    public async Task AMalformedFormIsTheCallersProblem(string contentType, string body)
    {
        await using var app = Make();
        var request = app.Request("POST", body: System.Text.Encoding.UTF8.GetBytes(body), contentType: contentType);

        Assert.Equal("invalid_request", (await Answers.ProblemAsync(RunAsync(app, request))).Code);
    }

    private TestApp Make(params (string, string)[] settings) => TestApp.WithoutContainers(fixture.Azurite, settings);

    private static async Task<HttpRequest> PostAsync(TestApp app, params (string Field, string? FileName, byte[] Content)[] parts)
    {
        var (body, contentType) = await Form.OfAsync(parts);
        return app.Request("POST", body: body, contentType: contentType);
    }

    private static Task<IResult> RunAsync(TestApp app, HttpRequest request) =>
        app.Make<ClassifyImageFunction>().RunAsync(request, TestContext.Current.CancellationToken);
}
