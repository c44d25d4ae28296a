using System.Net;
using System.Net.Http.Headers;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Downloads;

/// <summary>One request for the bytes that are missing.</summary>
/// <param name="http">Follows redirects; has no timeout of its own.</param>
/// <param name="stalledAfter">A server that is silent for so long is given up.</param>
/// <param name="time">The clock.</param>
internal sealed class Transfer(HttpClient http, TimeSpan stalledAfter, TimeProvider time)
{
    private const int BufferLength = 1 << 17;

    /// <summary>Adds to the part what the server sends.</summary>
    /// <param name="url">The file's address.</param>
    /// <param name="part">What is here so far.</param>
    /// <param name="expectedBytes">The whole file's size, where it is known.</param>
    /// <param name="progress">Told the bytes that are here and the whole.</param>
    /// <param name="cancellation">Stops; what has arrived stays.</param>
    /// <exception cref="MirrorException">The server did not give all of it.</exception>
    /// <exception cref="ModelToolException">The disk is full.</exception>
    public async Task RunAsync(Uri url, PartFile part, long? expectedBytes, Action<long, long?> progress, CancellationToken cancellation)
    {
        using var response = await SendAsync(url, part, cancellation);
        var start = Start(response, part);
        var whole = start + response.Content.Headers.ContentLength;
        CheckSize(whole, expectedBytes, part);
        if (start == 0)
        {
            part.NoteOrigin(url, response);
        }

        await using var body = await FromServer(response.Content.ReadAsStreamAsync(cancellation), cancellation);
        await CopyAsync(body, part, start, whole ?? expectedBytes, progress, cancellation);
    }

    private async Task<HttpResponseMessage> SendAsync(Uri url, PartFile part, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.AcceptEncoding.Add(new("identity"));
        if (part.Length is > 0 and var have)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
            request.Headers.IfRange = part.Validator(url);
        }

        return await FromServer(http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation), cancellation);
    }

    /// <summary>Where in the file the answer's bytes belong.</summary>
    private static long Start(HttpResponseMessage response, PartFile part)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                return 0;
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == part.Length:
                return part.Length;
            case HttpStatusCode.PartialContent:
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                // What is here does not fit what the server has.
                part.Delete();
                throw new MirrorException($"the server could not go on at the byte where the download had stopped", canRetry: true);
            case var status:
                throw new MirrorException(
                    $"HTTP {(int)status} {response.ReasonPhrase}",
                    canRetry: status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError);
        }
    }

    private static void CheckSize(long? whole, long? expected, PartFile part)
    {
        if (whole is not null && expected is not null && whole != expected)
        {
            throw new MirrorException($"it offers {whole:N0} bytes, {expected:N0} were published", canRetry: false);
        }

        var missing = (whole ?? expected ?? 0) - part.Length;
        var free = new DriveInfo(Path.GetDirectoryName(part.FullPath)!).AvailableFreeSpace;
        if (missing > free)
        {
            throw DiskFull(part, $"{Size.Format(missing)} are still to come, {Size.Format(free)} are free");
        }
    }

    private async Task CopyAsync(Stream body, PartFile part, long start, long? whole, Action<long, long?> progress, CancellationToken cancellation)
    {
        var buffer = new byte[BufferLength];
        await using var file = part.OpenAt(start);
        progress(file.Position, whole);
        while (await FromServer(body.ReadAsync(buffer, cancellation).AsTask(), cancellation) is > 0 and var read)
        {
            if (whole is { } limit && file.Position + read > limit)
            {
                throw new MirrorException($"it sends more than the {limit:N0} bytes that were published", canRetry: false);
            }

            try
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
                await file.FlushAsync(cancellation);
            }
            catch (IOException exception)
            {
                throw DiskFull(part, exception.Message, exception);
            }

            progress(file.Position, whole);
        }
    }

    private static ModelToolException DiskFull(PartFile part, string detail, Exception? cause = null) => new(
        $"{Path.GetDirectoryName(part.FullPath)} cannot take the download: {detail}. "
        + "What has arrived is kept; make room, and the next pull goes on there.",
        cause);

    private async Task<T> FromServer<T>(Task<T> task, CancellationToken cancellation)
    {
        try
        {
            return await task.WaitAsync(stalledAfter, time, cancellation);
        }
        catch (TimeoutException exception)
        {
            throw new MirrorException($"the server was silent for {stalledAfter.TotalSeconds:0} s", canRetry: true, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new MirrorException(Innermost(exception).Message, canRetry: true, exception);
        }
    }

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
