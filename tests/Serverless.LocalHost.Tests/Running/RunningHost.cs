using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Serverless.LocalHost.Processes;
using Serverless.LocalHost.Triggers;

namespace Serverless.LocalHost.Tests.Running;

/// <summary>The real program, as a process, with the test worker and an Azurite of its own.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private RunningHost(Process process) => _process = process;

    public string Output => string.Join('\n', _output);

    public int Pid => _process.Id;

    public Uri Url { get; private set; } = null!;

    public int WorkerPid { get; private set; }

    public int? AzuritePid { get; private set; }

    public string Connection { get; private set; } = "";

    public HttpClient Http { get; private set; } = null!;

    public BlobServiceClient Blobs => new(Connection);

    public BlobContainerClient Images => Blobs.GetBlobContainerClient("images");

    /// <summary>Starts the program and waits until it is ready.</summary>
    public static async Task<RunningHost> StartAsync(TestFolder folder, params string[] options)
    {
        var ready = Path.Combine(folder.Root, $"ready-{Guid.NewGuid():N}.json");
        var host = Launch([
            .. options.Contains("--app") ? [] : new[] { "--app", TestFolder.Worker },
            .. options.Contains("--blob-port") ? [] : new[] { "--blob-port", "0", "--queue-port", "0", "--table-port", "0" },
            .. options.Contains("--port") ? [] : new[] { "--port", "0" },
            "--storage-folder", folder.Storage, "--ready-file", ready,
            "--setting", "JournalFile=" + folder.Journal, "--setting", "GateFile=" + folder.Gate,
            .. options.Contains("--without-images") ? [] : new[] { "--setting", "ImagesContainer=images" },
            .. options.Where(option => option != "--without-images"),
        ]);
        await Eventually.TrueAsync(() => File.Exists(ready) || host._process.HasExited, details: () => host.Output);
        Assert.True(File.Exists(ready), host.Output);

        var facts = JsonElement.Parse(await File.ReadAllTextAsync(ready));
        host.Url = new Uri(facts.GetProperty("url").GetString()!);
        host.WorkerPid = facts.GetProperty("workerPid").GetInt32();
        host.AzuritePid = facts.GetProperty("azuritePid") is { ValueKind: JsonValueKind.Number } pid ? pid.GetInt32() : null;
        host.Connection = facts.GetProperty("storageConnectionString").GetString()!;
        host.Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Url, Timeout = TimeSpan.FromSeconds(120) };
        if (!options.Contains("--without-images"))
            await host.Images.CreateIfNotExistsAsync();
        return host;
    }

    /// <summary>Runs the program to its end; its exit code and all it printed.</summary>
    public static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using var host = Launch(arguments);
        await host.EndedAsync();
        return (host._process.ExitCode, host.Output);
    }

    public Task UploadAsync(string name, string content) => Images.GetBlobClient(name).UploadAsync(BinaryData.FromString(content), overwrite: true);

    /// <summary>Whether the storage says of a version of this image that it is done.</summary>
    public async Task<bool> HasReceiptAsync(string name)
    {
        await foreach (var receipt in Blobs.GetBlobContainerClient("azure-webjobs-hosts").GetBlobsAsync(BlobTraits.None, BlobStates.None, "blobreceipts/", default))
            if (BlobVersion.FromReceiptName(receipt.Name) is { } done && (done.Container, done.Name) == (Images.Name, name))
                return true;
        return false;
    }

    public async Task<QueueClient> QueueAsync(string name)
    {
        var queue = new QueueClient(Connection, name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await queue.CreateIfNotExistsAsync();
        return queue;
    }

    public void PressCtrlC()
    {
        using var kill = Process.Start("kill", ["-INT", Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Asks it to end; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Signals.Terminate(Pid);
        await EndedAsync();
        return _process.ExitCode;
    }

    /// <summary>Ends it as nothing should be ended.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndedAsync();
    }

    public async Task<int> EndedAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail("The host did not end.\n" + Output);
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (!_process.HasExited)
            await StopAsync();
        _process.Dispose();
    }

    private static RunningHost Launch(IReadOnlyList<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Serverless.LocalHost.exe" : "Serverless.LocalHost");
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        // Azurite is found from the program's folder upwards.
        info.Environment.Remove("AzureWebJobsStorage");
        var host = new RunningHost(Process.Start(info)!);
        host._process.OutputDataReceived += (_, line) => host.Add(line.Data);
        host._process.ErrorDataReceived += (_, line) => host.Add(line.Data);
        host._process.BeginOutputReadLine();
        host._process.BeginErrorReadLine();
        return host;
    }

    private void Add(string? line)
    {
        if (line is not null)
            _output.Enqueue(line);
    }
}
