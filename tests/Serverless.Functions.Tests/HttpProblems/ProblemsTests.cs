using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;
using Serverless.Functions.HttpProblems;

namespace Serverless.Functions.Tests.HttpProblems;

public class ProblemsTests
{
    [Fact]
    public async Task AProblemHasTheMembersOfRfc9457AndItsCode()
    {
        var (_, _, problem) = await AnswerAsync(new ClassifierException(ErrorKind.NotAnImage, "The bytes are not an image."));

        Assert.Equal(
            """{"type":"urn:problem:image-classifier:not_an_image","title":"Not an image","status":415,"detail":"The bytes are not an image.","code":"not_an_image"}""",
            problem.GetRawText());
    }

    [Fact]
    public async Task AProblemIsSentWithItsStatusAndContentType()
    {
        var (response, _, _) = await AnswerAsync(new ClassifierException(ErrorKind.TooManyBytes, "Too large."));

        Assert.Equal((413, "application/problem+json; charset=utf-8"), (response.StatusCode, response.ContentType));
    }

    [Theory]
    [InlineData("too_busy")]
    [InlineData("model_loading")]
    [InlineData("model_unavailable")]
    [InlineData("storage_unavailable")]
    public async Task WhatTimeMendsSaysWhenToComeAgain(string code)
    {
        var (response, _, _) = await AnswerAsync(new ClassifierException(ErrorKinds.All.Single(kind => kind.Code == code), "Later."));

        Assert.InRange(int.Parse(response.Headers.RetryAfter.ToString(), null), 1, 60);
    }

    [Theory]
    [InlineData("image_empty")]
    [InlineData("unknown_model")]
    [InlineData("internal_error")]
    public async Task WhatTimeDoesNotMendDoesNotInviteARetry(string code)
    {
        var (response, _, _) = await AnswerAsync(new ClassifierException(ErrorKinds.All.Single(kind => kind.Code == code), "Never."));

        Assert.False(response.Headers.ContainsKey("Retry-After"));
    }

    [Fact]
    public async Task WhatWasNotForeseenSaysNothingOfTheInside()
    {
        var (_, text, _) = await AnswerAsync(new InvalidOperationException("the secret at /etc/passwd"));

        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("InvalidOperation", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasNotForeseenIsA500WithATraceId()
    {
        var (response, _, problem) = await AnswerAsync(new InvalidOperationException());

        Assert.Equal((500, "internal_error", "trace"), (response.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("traceId").GetString()));
    }

    [Fact]
    public async Task ARequestThatTheServerCannotReadIsTheCallersProblem()
    {
        var (response, _, _) = await AnswerAsync(new BadHttpRequestException("Unexpected end of request content."));

        Assert.Equal(400, response.StatusCode);
    }

    [Fact]
    public void CodesAreUnique() => Assert.Distinct(ErrorKinds.All.Select(kind => kind.Code));

    [Fact]
    public void EveryKindOfTheServersFailuresIsA5xxOr429AndTheOthersAreNot() =>
        Assert.All(ErrorKinds.All, kind => Assert.Equal(kind.CanRetry || kind == FunctionErrors.Internal, kind.HttpStatus is >= 500 or 429));

    private static async Task<(HttpResponse Response, string Text, JsonElement Problem)> AnswerAsync(Exception failure)
    {
        var context = new DefaultHttpContext();
        var body = new MemoryStream();
        context.Response.Body = body;
        await Problems.Answer(Problems.Name(failure), "trace").ExecuteAsync(context);
        using var json = JsonDocument.Parse(body.ToArray());
        return (context.Response, System.Text.Encoding.UTF8.GetString(body.ToArray()), json.RootElement.Clone());
    }
}
