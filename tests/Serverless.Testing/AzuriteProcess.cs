using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Serverless.Testing;

/// <summary>A real Azurite on ports of the system's choice, which it keeps when it is stopped and started again.</summary>
public sealed partial class AzuriteProcess : IAsyncDisposable
{
    private const int Terminate = 15; // SIGTERM
    private const string Account = "devstoreaccount1";

    /// <summary>The emulator's published key: no secret.</summary>
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);
    private readonly TemporaryFolder _data = new();
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    private AzuriteProcess()
    {
    }

    public int BlobPort { get; private set; }

    public int QueuePort { get; private set; }

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
        + $"BlobEndpoint=http://127.0.0.1:{BlobPort}/{Account};QueueEndpoint=http://127.0.0.1:{QueuePort}/{Account};";

    /// <summary>What it printed so far: a line a request, with method, path and status.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>Starts one with an empty data folder and waits until it listens.</summary>
    public static async Task<AzuriteProcess> StartNewAsync()
    {
        var azurite = new AzuriteProcess();
        await azurite.StartAsync();
        return azurite;
    }

    /// <summary>Starts it, after <see cref="StopAsync"/> with the same ports and data.</summary>
    public async Task StartAsync()
    {
        var program = TestFiles.InRepository("node_modules", ".bin", "azurite");
        if (!File.Exists(program))
        {
            throw new InvalidOperationException("Azurite is not installed: npm ci in the repository's root does it.");
        }

        _output.Clear();
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program, [
                "--blobPort", $"{BlobPort}", "--queuePort", $"{QueuePort}", "--tablePort", "0",
                "--location", _data.Path, "--disableTelemetry", "--skipApiVersionCheck"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.TrueAsync(
            () => _process.HasExited || (PortOf("Blob") is not null && PortOf("Queue") is not null),
            "Azurite listens", details: () => string.Join('\n', _output));
        (BlobPort, QueuePort) = (Listening("Blob"), Listening("Queue"));
    }

    /// <summary>Ends it in good order; the data stay.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        _process = null;
        try
        {
            if (!process.HasExited)
            {
                LocalApp.Signal(process.Id, Terminate);
            }

            using var deadline = new CancellationTokenSource(StopPatience);
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            process.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _data.Dispose();
    }

    private int Listening(string service) => PortOf(service)
        ?? throw new InvalidOperationException($"Azurite's {service} service does not listen:\n{string.Join('\n', _output)}");

    private int? PortOf(string service) => _output.Select(line => Ready().Match(line))
        .Where(match => match.Success && match.Groups["service"].Value == service)
        .Select(match => (int?)int.Parse(match.Groups["port"].ValueSpan, provider: null))
        .LastOrDefault();

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }
    }

    [GeneratedRegex(@"Azurite (?<service>Blob|Queue|Table) service is successfully listening at http://127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex Ready();
}
