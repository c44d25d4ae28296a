using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Classifier.Errors;
using Serverless.Functions.HttpProblems;

namespace Serverless.Functions.Tests;

/// <summary>Takes a function's answer to the bytes that a caller gets.</summary>
internal static class Answers
{
    /// <summary>Status and body of what a function returned.</summary>
    public static async Task<(int Status, byte[] Body)> ReadAsync(HttpRequest request, IResult answer)
    {
        var response = request.HttpContext.Response;
        await answer.ExecuteAsync(request.HttpContext);
        Assert.Equal(response.ContentLength, response.Body.Length);
        return (response.StatusCode, ((MemoryStream)response.Body).ToArray());
    }

    /// <summary>The document of a successful answer.</summary>
    public static async Task<Document> DocumentAsync(HttpRequest request, Task<IResult> answer)
    {
        var (status, body) = await ReadAsync(request, await answer);
        Assert.Equal(200, status);
        return Document.Parse(body);
    }

    /// <summary>The documents of a successful answer for several files.</summary>
    public static async Task<IReadOnlyList<Document>> DocumentsAsync(HttpRequest request, Task<IResult> answer)
    {
        var (status, body) = await ReadAsync(request, await answer);
        Assert.Equal(200, status);
        using var json = JsonDocument.Parse(body);
        return [.. json.RootElement.EnumerateArray().Select(one => Document.Parse(JsonSerializer.SerializeToUtf8Bytes(one)))];
    }

    /// <summary>The kind of problem that a call ends in, named as the middleware names it.</summary>
    public static async Task<ErrorKind> ProblemAsync(Task<IResult> answer) =>
        Problems.Name(await Assert.ThrowsAnyAsync<Exception>(() => answer)).Kind;
}
