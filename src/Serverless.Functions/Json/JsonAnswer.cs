using Microsoft.AspNetCore.Http;

namespace Serverless.Functions.Json;

/// <summary>A response whose bytes are ready: JSON, where no other content type is named.</summary>
/// <remarks>
/// It has no public properties on purpose: the worker serialises a function's return value once more, for the host, which ignores it.
/// </remarks>
internal sealed class JsonAnswer(int status, ReadOnlyMemory<byte> json, string contentType = "application/json; charset=utf-8", TimeSpan? retryAfter = null)
    : IResult
{
    /// <summary>200 with this value.</summary>
    public static JsonAnswer Ok<T>(T value) => new(StatusCodes.Status200OK, AnswerJson.Serialize(value));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = json.Length;
        if (retryAfter is { } pause) response.Headers.RetryAfter = ((int)Math.Ceiling(pause.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await response.Body.WriteAsync(json, httpContext.RequestAborted);
    }
}
