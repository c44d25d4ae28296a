using System.Net;
using System.Net.Sockets;

namespace Serverless.LocalHost.Tests.Running;

/// <summary>What stands in the way of a start is named, with what to do.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--port")]
    [InlineData("--blob-port")]
    [InlineData("--queue-port")]
    public async Task ABusyPortIsNamedWithItsOption(string option)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] ports = ["--port", "--blob-port", "--queue-port", "--table-port"];

        var (code, output) = await RunningHost.RunAsync(
            ["--app", TestFolder.Worker, "--storage-folder", _folder.Storage, .. ports.SelectMany(name => new[] { name, name == option ? port : "0" })]);

        Assert.Equal(1, code);
        Assert.Contains($"Port {port}", output, StringComparison.Ordinal);
        Assert.Contains(option, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderThatIsNoAppIsNamed()
    {
        var (code, output) = await RunningHost.RunAsync("--app", _folder.Root);

        Assert.Equal(1, code);
        Assert.Contains("There is no host.json in " + _folder.Root, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWorkerThatEndsBeforeItIsReadyEndsTheHostWithItsExitCodeInTheMessage()
    {
        var (code, output) = await RunningHost.RunAsync(
            "--app", TestFolder.Worker, "--storage-folder", _folder.Storage, "--port", "0", "--blob-port", "0", "--queue-port", "0", "--table-port", "0", "--setting", "ExitAtStart=7");

        Assert.Equal(1, code);
        Assert.Contains("The worker ended with exit code 7 before it was ready", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASecondHostOnTheSameStorageFolderIsRefused()
    {
        await using var first = await RunningHost.StartAsync(_folder);

        var (code, output) = await RunningHost.RunAsync("--app", TestFolder.Worker, "--storage-folder", _folder.Storage, "--port", "0", "--blob-port", "0", "--queue-port", "0", "--table-port", "0");

        Assert.Equal(1, code);
        Assert.Contains("is in use by another local host", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACallThatWaitsForTheStartAndDoesNotEndHoldsNothingUp()
    {
        var port = FreePort.Next();
        var call = CallAsync();

        // Ready is the host when its triggers run.
        await using var host = await RunningHost.StartAsync(_folder, "--port", $"{port}");

        Assert.False(call.IsCompleted);
        await File.WriteAllTextAsync(_folder.Gate, "", TestContext.Current.CancellationToken);
        using var answer = await call;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        async Task<HttpResponseMessage> CallAsync()
        {
            await Eventually.TrueAsync(() => Listens(port), "the host listens");
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            return await http.GetAsync(new Uri($"http://127.0.0.1:{port}/api/classify?gate=1"));
        }
    }

    [Fact]
    public async Task AFunctionWhoseSettingIsMissingIsDisabledAndTheRestRuns()
    {
        await using var host = await RunningHost.StartAsync(_folder, "--without-images");

        using var health = await host.Http.GetAsync("/api/health/live");

        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Contains("ClassifyBlob: disabled, because the setting ImagesContainer", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostJsonDecidesHowManyBlobsRunAtOnce()
    {
        var app = _folder.WorkerWithHostJson("""{ "version": "2.0", "extensions": { "blobs": { "maxDegreeOfParallelism": 2 } } }""");
        await using var host = await RunningHost.StartAsync(_folder, "--app", app, "--setting", "AzureFunctionsWebHost__hostid=degree");

        for (var i = 0; i < 5; i++)
            await host.UploadAsync($"gate-{i}.png", "x");
        var queue = await host.QueueAsync("azure-webjobs-blobtrigger-degree");
        await Eventually.TrueAsync(
            async () => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount == 5 && _folder.Names("blob").Count > 0, details: () => host.Output);
        _folder.OpenGate();
        await Eventually.TrueAsync(() => _folder.Names("blob-done").Count == 5, details: () => host.Output);

        var (running, most) = (0, 0);
        foreach (var (kind, _) in _folder.Lines())
            most = Math.Max(most, running += kind == "blob" ? 1 : -1);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task HostJsonDecidesPrefixTriesAndTimeLimit()
    {
        var app = _folder.WorkerWithHostJson("""
            { "version": "2.0", "functionTimeout": "00:00:01", "extensions": { "http": { "routePrefix": "" }, "blobs": { "poisonBlobThreshold": 2 } } }
            """);
        await using var host = await RunningHost.StartAsync(_folder, "--app", app);

        using var health = await host.Http.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);

        using var slow = await host.Http.GetAsync("/classify?gate=1");
        Assert.Equal(HttpStatusCode.InternalServerError, slow.StatusCode);
        Assert.Single(_folder.Entries("http-cancelled"));

        await host.UploadAsync("fail.png", "x");
        var poison = await host.QueueAsync("webjobs-blobtrigger-poison");
        await Eventually.TrueAsync(async () => (await poison.PeekMessagesAsync()).Value.Length > 0, details: () => host.Output);
        Assert.Equal(2, _folder.Names("blob").Count);
    }

    private static bool Listens(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
