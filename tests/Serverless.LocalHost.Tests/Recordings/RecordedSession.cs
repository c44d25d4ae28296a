using System.Text.Json;
using Azure.Storage.Blobs.Models;
using Serverless.LocalHost.Tests.Running;

namespace Serverless.LocalHost.Tests.Recordings;

/// <summary>The session that was recorded on the real host, acted again on ours: start, two calls, a blob, a failing blob, a queue message, end.</summary>
public sealed class RecordedSession : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    /// <summary>What our host sent, in order.</summary>
    internal IReadOnlyList<JsonElement> Sent { get; private set; } = [];

    /// <summary>The calls as they arrived at the worker's server, and as its functions saw them.</summary>
    internal IReadOnlyList<JsonElement> RawCalls { get; private set; } = [];

    internal IReadOnlyList<JsonElement> Calls { get; private set; } = [];

    /// <summary>The worker's command line and environment, on Linux.</summary>
    internal (string[] Command, string[] Environment, string Folder)? Worker { get; private set; }

    /// <summary>What the real host sent.</summary>
    internal static IReadOnlyList<JsonElement> Recorded(string file) =>
        [.. File.ReadLines(TestFiles.Fixture("functions-host", file)).Select(line => JsonElement.Parse(line)).Where(IsSent)];

    public async ValueTask InitializeAsync()
    {
        await using (var host = await RunningHost.StartAsync(_folder, "--record", _folder.Record))
        {
            if (OperatingSystem.IsLinux())
                Worker = (Split($"/proc/{host.WorkerPid}/cmdline"), Split($"/proc/{host.WorkerPid}/environ"), Path.GetFullPath(File.ResolveLinkTarget($"/proc/{host.WorkerPid}/cwd", false)!.FullName));
            await CallAsync(host, HttpMethod.Get, "/api/classify?top=3", null);
            await CallAsync(host, HttpMethod.Post, "/api/classify", new byte[2048]);
            await UploadAsync(host, "sub/ok.png", new byte[29]);
            await WaitAsync(host, () => _folder.Names("blob-done").Contains("sub/ok.png"));
            await UploadAsync(host, "fail.png", new byte[27]);
            await WaitAsync(host, () => _folder.Names("blob").Count(name => name == "fail.png") == 5);
            await (await host.QueueAsync("jobs")).SendMessageAsync("{\"a\":1}");
            await WaitAsync(host, () => _folder.Entries("queue").Count == 1);
            await host.StopAsync();
        }
        Sent = [.. File.ReadLines(_folder.Record).Select(line => JsonElement.Parse(line)).Where(IsSent)];
        RawCalls = _folder.Entries("raw-http");
        Calls = _folder.Entries("http");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool IsSent(JsonElement line) => line.TryGetProperty("dir", out var direction) && direction.GetString() == "host->worker";

    private static string[] Split(string file) => File.ReadAllText(file).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private static Task WaitAsync(RunningHost host, Func<bool> condition) => Eventually.TrueAsync(condition, details: () => host.Output);

    private static async Task CallAsync(RunningHost host, HttpMethod method, string path, byte[]? body)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Accept", "*/*");
        request.Headers.Add("User-Agent", "curl/7.88.1");
        request.Headers.Add("x-functions-key", "<function-key>");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new("image/png");
        }
        using var response = await host.Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    private static async Task UploadAsync(RunningHost host, string name, byte[] content) => await host.Images.GetBlobClient(name).UploadAsync(
        BinaryData.FromBytes(content),
        new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "image/png" }, Metadata = new Dictionary<string, string> { ["origin"] = "test" } });
}
