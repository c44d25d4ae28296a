using System.Globalization;

namespace Serverless.LocalHost.Http;

/// <summary>The largest request body: 100 MiB, or the setting <c>FUNCTIONS_REQUEST_BODY_SIZE_LIMIT</c> in bytes.</summary>
internal sealed class BodyLimit(long bytes)
{
    private const string Setting = "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT";
    private const long Default = 104_857_600;

    public long Bytes => bytes;

    public static BodyLimit From(AppFolder.AppSettings settings) => settings[Setting] switch
    {
        null or "" => new BodyLimit(Default),
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) => new BodyLimit(bytes),
        var text => throw new LocalHostException($"The setting {Setting} is \"{text}\" and should be a number of bytes."),
    };

    public bool IsExceededBy(HttpRequest request) => request.ContentLength > bytes;

    /// <summary>Whether that is what the server says of a body whose length it was not told.</summary>
    public static bool IsExceeded(Exception? problem)
    {
        for (var at = problem; at is not null; at = at.InnerException)
            if (at is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
                return true;
        return false;
    }

    public Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"The request body may have {bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes at most ({Setting}).\n", context.RequestAborted);
    }
}
