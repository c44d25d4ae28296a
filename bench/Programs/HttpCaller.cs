using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Serverless.Benchmarks.Programs;

/// <summary>Sends a picture to whoever classifies over HTTP.</summary>
/// <param name="address">Where pictures are posted to.</param>
/// <param name="picture">The encoded picture.</param>
/// <param name="lastLines">What the one who is called said last, for the message when it fails.</param>
internal sealed class HttpCaller(Uri address, byte[] picture, Func<string>? lastLines = null)
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromMinutes(3) };

    /// <summary>Whoever is not up yet is tried again so soon.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>Sends it and waits for the names.</summary>
    /// <returns>The milliseconds to the last byte of the answer, and the answer.</returns>
    /// <exception cref="InvalidOperationException">It was refused, or nobody is there.</exception>
    public async Task<(double Ms, JsonElement Answer)> PostAsync(CancellationToken cancellation)
    {
        try
        {
            var start = Stopwatch.GetTimestamp();
            using var content = new ByteArrayContent(picture);
            using var response = await Client.PostAsync(address, content, cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            var elapsed = Stopwatch.GetElapsedTime(start);
            response.EnsureSuccessStatusCode();
            using var answer = JsonDocument.Parse(body);
            return (elapsed.TotalMilliseconds, answer.RootElement.Clone());
        }
        catch (HttpRequestException problem)
        {
            throw new InvalidOperationException($"POST {address} failed: {problem.Message}{lastLines?.Invoke()}", problem);
        }
    }

    /// <summary>The same, for a measurement.</summary>
    public async Task<double> TimeAsync(CancellationToken cancellation) => (await PostAsync(cancellation)).Ms;

    /// <summary>Sends it from the moment that somebody listens, until it is classified.</summary>
    public Task UntilAnsweredAsync(CancellationToken cancellation) => UntilSuccessAsync(
        async () =>
        {
            using var content = new ByteArrayContent(picture);
            using var response = await Client.PostAsync(address, content, cancellation);
            await response.Content.ReadAsByteArrayAsync(cancellation);
            return response.StatusCode;
        },
        cancellation);

    /// <summary>Asks an address from the moment that somebody listens, until it answers with 200.</summary>
    public static Task UntilAnsweredAsync(Uri address, CancellationToken cancellation) => UntilSuccessAsync(
        async () =>
        {
            using var response = await Client.GetAsync(address, cancellation);
            return response.StatusCode;
        },
        cancellation);

    private static async Task UntilSuccessAsync(Func<Task<HttpStatusCode>> ask, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                if (await ask() == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException nobody) when (nobody.HttpRequestError == HttpRequestError.ConnectionError)
            {
                // It does not listen yet.
            }

            await Task.Delay(Pause, cancellation);
        }
    }
}
