using Microsoft.AspNetCore.Http;
using Serverless.Classifier.Errors;
using Serverless.Functions.ClassifyImage;
using Serverless.Functions.Images;

namespace Serverless.Functions.Tests.ClassifyImage;

public class ClassifyUploadedTests(AzuriteFixture fixture)
{
    [Theory]
    [InlineData("image/png")]
    [InlineData("image/jpeg")]
    [InlineData("application/octet-stream")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task AnImageIsNamedWhateverItsContentTypeSays(string? contentType)
    {
        await using var app = Make();
        var request = app.Request("POST", body: Pictures.Cat, contentType: contentType);

        Assert.Equal("cat", (await Answers.DocumentAsync(request, RunAsync(app, request))).FirstLabel);
    }

    [Fact]
    public async Task AnImageOfUnknownLengthIsNamed()
    {
        await using var app = Make();
        var request = app.Request("POST", body: Pictures.Cat, announced: false);

        Assert.Equal("cat", (await Answers.DocumentAsync(request, RunAsync(app, request))).FirstLabel);
    }

    [Fact]
    public async Task TheAnswerToAnImageHasNoSource()
    {
        await using var app = Make();
        var request = app.Request("POST", body: Pictures.Cat);

        Assert.Null((await Answers.DocumentAsync(request, RunAsync(app, request))).Source);
    }

    [Theory]
    [InlineData("?top=1", 1)]
    [InlineData("", 5)]
    [InlineData("?top=100", 10)]
    public async Task AsManyNamesComeAsAreAskedForAndKnown(string query, int count)
    {
        await using var app = Make();
        var request = app.Request("POST", query, Pictures.Cat);

        Assert.Equal(count, (await Answers.DocumentAsync(request, RunAsync(app, request))).Probabilities.Count);
    }

    [Fact]
    public async Task TheModelThatIsNamedAnswers()
    {
        await using var app = Make();
        var request = app.Request("POST", "?model=efficientnet-lite0", Pictures.Cat);

        Assert.Equal("efficientnet-lite0", (await Answers.DocumentAsync(request, RunAsync(app, request))).Model);
    }

    [Theory]
    [InlineData("", "nothing", "image_empty")]
    [InlineData("", "text", "not_an_image")]
    [InlineData("", "half", "image_truncated")]
    [InlineData("?top=0", "image", "invalid_top")]
    [InlineData("?model=none", "image", "unknown_model")]
    [InlineData("?model=../models", "image", "unknown_model")]
    public async Task WhatCannotBeAnsweredIsRefusedByName(string query, string content, string code)
    {
        await using var app = Make();
        var body = content switch { "text" => Pictures.Text, "half" => Pictures.HalfARocket, "image" => Pictures.Cat, _ => [] };

        Assert.Equal(code, (await Answers.ProblemAsync(RunAsync(app, app.Request("POST", query, body)))).Code);
    }

    [Theory]
    [InlineData("MaxImageBytes", "100000", "image_too_large")]
    [InlineData("MaxPixels", "100000", "image_too_many_pixels")]
    [InlineData("MaxSide", "600", "image_side_too_long")]
    public async Task AnImageAboveALimitIsRefusedByName(string limit, string value, string code)
    {
        await using var app = Make(($"Classifier:{limit}", value));

        Assert.Equal(code, (await Answers.ProblemAsync(RunAsync(app, app.Request("POST", body: Pictures.Rocket)))).Code);
    }

    [Fact]
    public async Task ABodyThatSaysThatItIsTooLargeIsNotRead()
    {
        await using var app = Make(("Classifier:MaxImageBytes", "1000"));
        var request = app.Request("POST", body: Pictures.Cat);

        await Answers.ProblemAsync(RunAsync(app, request));

        Assert.Equal(0, request.Body.Position);
    }

    [Fact]
    public async Task ABodyOfUnknownLengthIsReadNoFurtherThanTheLimit()
    {
        await using var app = Make(("Classifier:MaxImageBytes", "1000"));
        var body = new byte[64 << 20];
        var request = app.Request("POST", body: body, announced: false);

        Assert.Equal(ErrorKind.TooManyBytes, await Answers.ProblemAsync(RunAsync(app, request)));
        Assert.InRange(request.Body.Position, 1001, 1 << 20);
    }

    [Fact]
    public async Task WhenUploadsTakeAllTheRoomACallerIsRefusedBeforeAByteIsRead()
    {
        await using var app = Make();
        using var others = app.Get<UploadBudget>().Take(512L << 20);
        var request = app.Request("POST", body: Pictures.Cat);

        Assert.Equal(ErrorKind.TooBusy, await Answers.ProblemAsync(RunAsync(app, request)));
        Assert.Equal(0, request.Body.Position);
    }

    [Theory]
    [InlineData("image")]
    [InlineData("text")]
    public async Task AnUploadGivesItsRoomBack(string content)
    {
        await using var app = Make();
        var request = app.Request("POST", body: content == "text" ? Pictures.Text : Pictures.Cat);

        await Record.ExceptionAsync(() => RunAsync(app, request));

        Assert.Equal(0, app.Get<UploadBudget>().Taken);
    }

    [Fact]
    public async Task ABodyThatIsCutOffIsTheCallersProblem()
    {
        await using var app = Make();
        var request = app.Request("POST", body: Pictures.Cat);
        request.Body = new BrokenStream(Pictures.Cat);

        Assert.Equal("invalid_request", (await Answers.ProblemAsync(RunAsync(app, request))).Code);
    }

    [Fact]
    public async Task ACallerWhoLeftIsNotWorkedFor()
    {
        await using var app = Make();
        var request = app.Request("POST", body: Pictures.Cat);
        request.HttpContext.RequestAborted = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(app, request));
    }

    [Fact]
    public async Task AModelThatIsStillLoadingIsWaitedForAShortWhileOnly()
    {
        using var models = new TemporaryFolder();
        using var slow = new SlowModel(models.Path, "slow", TestFiles.InRepository("models", TestApp.Model));
        await using var app = Make(("Classifier:ModelsPath", models.Path), ("Classifier:Model", "slow"), ("HttpLoadPatienceSeconds", "0.05"));

        Assert.Equal(ErrorKind.ModelLoading, await Answers.ProblemAsync(RunAsync(app, app.Request("POST", body: Pictures.Cat))));
    }

    [Fact]
    public async Task WhenEveryPlaceIsTakenACallerIsRefusedAtOnce()
    {
        using var models = new TemporaryFolder();
        using var slow = new SlowModel(models.Path, "slow", TestFiles.InRepository("models", TestApp.Model));
        await using var app = Make(("Classifier:ModelsPath", models.Path), ("Classifier:Model", "slow"), ("Classifier:MaxWaiting", "0"));

        var first = app.Request("POST", body: Pictures.Cat);
        var inside = RunAsync(app, first);
        Assert.Equal(ErrorKind.TooBusy, await Answers.ProblemAsync(RunAsync(app, app.Request("POST", body: Pictures.Cat))));
        slow.LetLoad();

        Assert.Equal("cat", (await Answers.DocumentAsync(first, inside)).FirstLabel);
    }

    private TestApp Make(params (string, string)[] settings) => TestApp.WithoutContainers(fixture.Azurite, settings);

    private static Task<IResult> RunAsync(TestApp app, HttpRequest request) =>
        app.Make<ClassifyImageFunction>().RunAsync(request, TestContext.Current.CancellationToken);

    /// <summary>Half of the bytes, then the connection breaks.</summary>
    private sealed class BrokenStream(byte[] content) : MemoryStream(content, 0, content.Length / 2)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is var read and > 0 ? read : throw new IOException("connection reset");
    }
}
