using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.LocalHost.Processes;

namespace Serverless.LocalHost.Storage;

/// <summary>An Azurite that this host started, ends, and starts again if it dies.</summary>
internal sealed partial class AzuriteServer(LocalHostOptions options, Action<string> accessLog, Action<ChildProcess> started, TimeProvider time, ILogger<AzuriteServer> logger)
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Azurite keeps what was uploaded last in memory for some seconds. When the host is killed, two things would end it before it has saved: nobody reads
    /// its output any more, and a program on Node dies of its next line unless it listens to that error; and the kernel sends its signal more than
    /// once (for each thread of the host), while Azurite listens to the first alone.
    /// </summary>
    private static readonly Dictionary<string, string?> Environment = new()
    {
        ["NODE_OPTIONS"] = $"{System.Environment.GetEnvironmentVariable("NODE_OPTIONS")} --import=data:text/javascript,process.stdout.on(`error`,()=>{{}});process.stderr.on(`error`,()=>{{}});process.on(`SIGTERM`,()=>{{}})".Trim(),
    };

    private readonly StopSignal _stopping = new();
    private ChildProcess _process = null!;
    private Task _watching = Task.CompletedTask;

    public int ProcessId => _process.Id;

    public async Task<StorageAccount> StartAsync()
    {
        var program = AzuriteProgram.Find(options.AzuritePath, [Directory.GetCurrentDirectory(), AppContext.BaseDirectory], System.Environment.GetEnvironmentVariable("PATH"));
        var ports = await LaunchAsync(program, options.BlobPort, options.QueuePort, options.TablePort);
        _watching = WatchAsync(program, ports);
        return StorageAccount.Development(ports[0], ports[1], ports[2]);
    }

    public async Task StopAsync()
    {
        _stopping.Give();
        await _watching;
        if (!_process.Exited.IsCompleted)
        {
            _process.Terminate();
            await _process.EndAsync(StopPatience, time);
        }
        _process.Dispose();
    }

    private async Task<int[]> LaunchAsync(string program, int blobPort, int queuePort, int tablePort)
    {
        string[] arguments =
        [
            "--location", options.StorageFolder, "--disableTelemetry", "--skipApiVersionCheck",
            "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1",
            "--blobPort", Text(blobPort), "--queuePort", Text(queuePort), "--tablePort", Text(tablePort),
        ];
        var ports = new int[3];
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new List<string>();
        void Output(string line)
        {
            if (!listening.Task.IsCompleted && Listening().Match(line) is { Success: true } match)
            {
                ports[match.Groups["service"].Value switch { "Blob" => 0, "Queue" => 1, _ => 2 }] = int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture);
                if (ports.All(port => port != 0))
                    listening.TrySetResult();
            }
            else if (!listening.Task.IsCompleted)
            {
                lines.Add(line);
            }
            accessLog(line);
        }

        _process = await ChildProcess.StartAsync(new ProgramStart(program, arguments, options.StorageFolder, Environment, EndSignal.Terminate), Output, Output);
        started(_process);
        var ended = _process.Exited;
        try
        {
            if (await Task.WhenAny(listening.Task, ended).WaitAsync(StartPatience, time) == ended)
                throw new LocalHostException($"Azurite ({program}) ended with exit code {await ended} before it was ready:\n{string.Join('\n', lines.TakeLast(10).Select(line => "  " + line))}");
        }
        catch (TimeoutException late)
        {
            _process.Kill();
            throw new LocalHostException($"Azurite ({program}) was not ready within {StartPatience.TotalSeconds} s.", late);
        }
        return ports;
    }

    private async Task WatchAsync(string program, int[] ports)
    {
        while (await Task.WhenAny(_process.Exited, _stopping.Given) != _stopping.Given)
        {
            LogDied(await _process.Exited);
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time, _stopping.Token);
                await LaunchAsync(program, ports[0], ports[1], ports[2]);
                LogRestarted(_process.Id);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (LocalHostException problem)
            {
                LogNotRestarted(problem.Message);
            }
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("Azurite (?<service>Blob|Queue|Table) service is successfully listening at https?://[^:]+:(?<port>[0-9]+)")]
    private static partial Regex Listening();

    [LoggerMessage(LogLevel.Error, "Azurite ended with exit code {Code}; it is started again")]
    private partial void LogDied(int code);

    [LoggerMessage(LogLevel.Information, "Azurite runs again (process {Pid})")]
    private partial void LogRestarted(int pid);

    [LoggerMessage(LogLevel.Error, "Azurite did not start again: {Problem}")]
    private partial void LogNotRestarted(string problem);
}
