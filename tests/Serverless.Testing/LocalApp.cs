using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace Serverless.Testing;

/// <summary>The published app under the local host, in processes of its own, on ports of the system's choice.</summary>
public sealed partial class LocalApp : IAsyncDisposable
{
    private const int Interrupt = 2; // SIGINT
    private const int KillAtOnce = 9; // SIGKILL
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly JsonElement _ready;

    private LocalApp(Process process, ConcurrentQueue<string> output, JsonElement ready)
    {
        (_process, _output, _ready) = (process, output, ready);
        Http = new HttpClient { BaseAddress = new Uri(ready.GetProperty("url").GetString()!.TrimEnd('/') + "/api/"), Timeout = TimeSpan.FromMinutes(3) };
        StorageConnectionString = ready.GetProperty("storageConnectionString").GetString()!;
        Storage = new BlobServiceClient(StorageConnectionString);
        Images = Storage.GetBlobContainerClient("images");
        Results = Storage.GetBlobContainerClient("results");
        PoisonQueue = new QueueClient(StorageConnectionString, "webjobs-blobtrigger-poison", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
    }

    /// <summary>Client of the HTTP functions; its base address ends with <c>/api/</c>.</summary>
    public HttpClient Http { get; }

    public string StorageConnectionString { get; }

    public BlobServiceClient Storage { get; }

    public BlobContainerClient Images { get; }

    public BlobContainerClient Results { get; }

    public QueueClient PoisonQueue { get; }

    public int HostPid => _process.Id;

    public int WorkerPid => _ready.GetProperty("workerPid").GetInt32();

    /// <summary>Process id of the Azurite that the host started; null when it found one.</summary>
    public int? AzuritePid => _ready.GetProperty("azuritePid").ValueKind == JsonValueKind.Number ? _ready.GetProperty("azuritePid").GetInt32() : null;

    /// <summary>What the host printed so far, a line each.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>How often the blob function began.</summary>
    public int BlobInvocations => _output.Count(line => ExecutingBlob().IsMatch(line));

    /// <summary>Starts the host and waits until everything is up.</summary>
    /// <param name="storageFolder">Where Azurite keeps its data; a host that is started again needs the same.</param>
    /// <param name="settings">App settings over those of <c>local.settings.sample.json</c>.</param>
    /// <param name="options">Further options of the local host.</param>
    public static Task<LocalApp> StartAsync(
        string storageFolder, IReadOnlyDictionary<string, string>? settings = null, params string[] options) =>
        StartPublishedAsync(TestFiles.InRepository("artifacts", "app"), new Dictionary<string, string>(), storageFolder, settings, options);

    /// <summary>Starts the host on a folder that was published elsewhere, with an environment of its own.</summary>
    /// <param name="appFolder">The published app folder.</param>
    /// <param name="environment">Variables over those of this process.</param>
    /// <param name="storageFolder">Where Azurite keeps its data.</param>
    /// <param name="settings">App settings over those of <c>local.settings.sample.json</c>.</param>
    /// <param name="options">Further options of the local host.</param>
    public static async Task<LocalApp> StartPublishedAsync(
        string appFolder, IReadOnlyDictionary<string, string> environment, string storageFolder, IReadOnlyDictionary<string, string>? settings = null, params string[] options)
    {
        var readyFile = Path.Combine(storageFolder, $"ready-{Guid.NewGuid():N}.json");
        Directory.CreateDirectory(storageFolder);
        string[] arguments =
        [
            "--app", appFolder,
            "--settings", TestFiles.InRepository("local.settings.sample.json"),
            "--azurite", TestFiles.InRepository("node_modules", ".bin", "azurite"),
            "--port", "0", "--blob-port", "0", "--queue-port", "0", "--table-port", "0",
            "--storage-folder", storageFolder, "--ready-file", readyFile,
            .. (settings ?? new Dictionary<string, string>()).SelectMany(setting => new[] { "--setting", $"{setting.Key}={setting.Value}" }),
            .. options,
        ];
        var output = new ConcurrentQueue<string>();
        var process = Start(arguments, output, environment);
        try
        {
            await Eventually.TrueAsync(() => process.HasExited || File.Exists(readyFile), "the local host is up", StartPatience, () => Tail(output));
            if (process.HasExited)
            {
                throw new InvalidOperationException($"The local host ended with exit code {process.ExitCode}: {Tail(output)}");
            }

            using var ready = JsonDocument.Parse(await File.ReadAllBytesAsync(readyFile));
            var app = new LocalApp(process, output, ready.RootElement.Clone());
            // The app makes it as well, in the background: a client that is quicker makes it itself.
            await app.Images.CreateIfNotExistsAsync();
            return app;
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs the host with arguments that keep it from starting, to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(params string[] arguments)
    {
        var output = new ConcurrentQueue<string>();
        using var process = Start(arguments, output);
        using var deadline = new CancellationTokenSource(StartPatience);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, string.Join('\n', output));
    }

    /// <summary>Ends the host as Ctrl+C does and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            Signal(_process.Id, Interrupt);
        }

        using var deadline = new CancellationTokenSource(StartPatience);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Ends the host as a power cut does: it cannot clean up, and what it started lives on.</summary>
    public async Task KillAsync()
    {
        Signal(_process.Id, KillAtOnce);
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends the worker, and only the worker, at once.</summary>
    public static void Kill(int pid) => Signal(pid, KillAtOnce);

    /// <summary>Whether a process lives; one that has ended and was not waited for does not.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        finally
        {
            Http.Dispose();
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            _process.Dispose();
        }
    }

    /// <summary>The last lines of the output, for a failure's message.</summary>
    public string Tail() => Tail(_output);

    private static string Tail(ConcurrentQueue<string> output) => "\n" + string.Join('\n', output.TakeLast(40));

    private static Process Start(string[] arguments, ConcurrentQueue<string> output, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(LocalHostProgram(), arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Path.GetTempPath(),
            },
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            process.StartInfo.Environment[name] = value;
        }

        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Keep(string? line)
        {
            if (line is not null)
            {
                output.Enqueue(line);
            }
        }
    }

    private static string LocalHostProgram()
    {
        // The same configuration as the calling program: .../bin/CONFIGURATION/net10.0/RUNTIME/
        var own = AppContext.BaseDirectory.TrimEnd('/').Split('/');
        var program = TestFiles.InRepository(["src", "Serverless.LocalHost", .. own[^4..], "Serverless.LocalHost"]);
        return File.Exists(program) && Directory.Exists(TestFiles.InRepository("artifacts", "app"))
            ? program
            : throw new InvalidOperationException("The host is not built or the app not published: ./run test and ./run bench do both.");
    }

    internal static void Signal(int pid, int signal)
    {
        if (NativeKill(pid, signal) != 0)
        {
            throw new InvalidOperationException($"Process {pid} took no signal {signal}: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int NativeKill(int pid, int signal);

    [GeneratedRegex(@"Executing 'Functions\.ClassifyBlob'")]
    private static partial Regex ExecutingBlob();
}
