using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Serverless.LocalHost.Tests.Running;

namespace Serverless.LocalHost.Tests.Http;

public sealed class HttpTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const long Limit = 104_857_600;

    private readonly RunningHost _host = shared.Host;
    private readonly TestFolder _folder = shared.Folder;

    /// <summary>Each is answered by the real host as it says (tests/fixtures/functions-host/responses.json).</summary>
    [Theory]
    [InlineData("GET", "/", "root GET")]
    [InlineData("HEAD", "/", "root HEAD")]
    [InlineData("GET", "/api/nosuch", "unknown route")]
    [InlineData("GET", "/nosuch", "unknown path outside prefix")]
    [InlineData("PUT", "/api/classify", "function PUT (method not mapped)")]
    [InlineData("OPTIONS", "/api/classify", "function OPTIONS")]
    [InlineData("HEAD", "/api/classify", "function HEAD")]
    [InlineData("GET", "/api/classify/", "function trailing slash")]
    [InlineData("GET", "/API/Classify", "function upper case")]
    [InlineData("GET", "/api/ClassifyBlob", "function name route")]
    [InlineData("GET", "/api/classify?throw=1", "throws")]
    [InlineData("GET", "/api/classify?status=418", "status 418")]
    [InlineData("GET", "/api/classify?status=204", "status 204")]
    [InlineData("GET", "/api/health/live", "health anonymous")]
    [InlineData("GET", "/api/health", "health missing param")]
    [InlineData("GET", "/api/health/a%20b%2Fc", "health escaped")]
    [InlineData("GET", "/admin/host/ping", "admin ping")]
    [InlineData("HEAD", "/admin/host/ping", "admin HEAD ping")]
    public async Task ACallerSeesWhatTheRealHostAnswers(string method, string path, string recording)
    {
        using var recorded = JsonDocument.Parse(await File.ReadAllTextAsync(TestFiles.Fixture("functions-host", "responses.json")));
        var expected = recorded.RootElement.EnumerateArray().First(entry => entry.GetProperty("label").GetString() == recording);

        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_host.Url + path[1..]));
        using var response = await _host.Http.SendAsync(request);

        Assert.Equal(expected.GetProperty("status").GetInt32(), (int)response.StatusCode);
        // The home page is the host's own.
        if (path != "/")
            Assert.Equal(expected.GetProperty("body").GetString(), await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(31_000_000, false)]
    [InlineData(31_000_000, true)]
    [InlineData(Limit, false)]
    public async Task ALargeBodyReachesTheFunctionWhole(long bytes, bool chunked)
    {
        using var response = await PostAsync("/api/classify", bytes, chunked);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(bytes, JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("bytes").GetInt64());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ABodyAboveTheLimitIsRefusedWith413AndTheLimit(bool chunked)
    {
        using var response = await PostAsync("/api/classify", Limit + 1_000_000, chunked);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("104,857,600 bytes", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFunctionThatDoesNotReadTheBodyAnswersAllTheSame()
    {
        using var response = await PostAsync("/api/classify?nobody=1", 20_000_000, chunked: false);

        Assert.Equal("{\"bytes\":-1}", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task ACallerWhoLeavesStopsTheFunction()
    {
        using var leave = new CancellationTokenSource();
        var before = _folder.Entries("http").Count;
        var call = _host.Http.GetAsync("/api/classify?gate=1", leave.Token);
        await Eventually.TrueAsync(() => _folder.Entries("http").Count > before, details: () => _host.Output);

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Eventually.TrueAsync(() => _folder.Entries("http-cancelled").Count == 1, details: () => _host.Output);
    }

    [Fact]
    public async Task ManyCallersAtOnceAreAllServed()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            using var response = await _host.Http.GetAsync($"/api/health/n{i}");
            return (i, response.StatusCode);
        }));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task TheInvocationBelongsToTheCallersTrace()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/classify?trace=1");
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        using var response = await _host.Http.SendAsync(request);

        var seen = _folder.Entries("http").Last(entry => entry.GetProperty("query").GetString() == "?trace=1").GetProperty("traceparent").GetString();
        Assert.Matches($"^00-{Trace}-[0-9a-f]{{16}}-01$", seen);
        Assert.DoesNotContain("b7ad6b7169203331", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABrokenRequestDoesNotHarmTheNext()
    {
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, _host.Url.Port);
            await client.GetStream().WriteAsync("POST /api/classify HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"u8.ToArray());
        }
        using var next = await _host.Http.GetAsync("/api/health/live");

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("[1]")]
    [InlineData("{\"eventType\":\"Microsoft.Storage.BlobCreated\"}")]
    public async Task AWebhookCallWithoutEventsIsRefusedWith400AndWhatWouldBeRight(string body)
    {
        using var response = await DeliverAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Contains("a JSON array of Event Grid events or CloudEvents 1.0 is expected", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADeliveryOfNoEventsIsTaken()
    {
        using var response = await DeliverAsync("[]");

        Assert.True(response.IsSuccessStatusCode, response.StatusCode.ToString());
    }

    [Theory]
    [InlineData("[{}]", "Event 1 lacks id, subject, eventType, eventTime, dataVersion, data ")]
    [InlineData("{\"specversion\":\"1.0\"}", "Event 1 lacks id, source, subject, type, time, data ")]
    [InlineData("[{\"id\":\"1\",\"eventType\":\"Microsoft.Storage.BlobCreated\",\"subject\":1,\"eventTime\":\"2026-01-01T00:00:00Z\",\"dataVersion\":\"\",\"data\":{\"url\":\"x\"}}]", "Event 1 lacks subject, data.url ")]
    public async Task AnEventThatLacksSomethingIsRefusedWith400AndWhatItLacks(string body, string lacks)
    {
        using var response = await DeliverAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith(lacks, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> DeliverAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/runtime/webhooks/blobs?functionName=Host.Functions.ClassifyBlob")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "aeg-event-type", "Notification" } },
        };
        return await _host.Http.SendAsync(request);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, long bytes, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StreamContent(new Zeros(bytes)) };
        request.Content.Headers.ContentType = new("image/png");
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;
        return await _host.Http.SendAsync(request);
    }

    /// <summary>A body of so many zeros that is never in memory whole.</summary>
    private sealed class Zeros(long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => _position = value; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - _position);
            Array.Clear(buffer, offset, read);
            _position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
