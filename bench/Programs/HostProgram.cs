using System.Text.Json;
using Serverless.Testing;

namespace Serverless.Benchmarks.Programs;

/// <summary>The app under the local host from its very start: it can be asked as soon as its port listens, long before it is ready.</summary>
internal sealed class HostProgram : IAsyncDisposable
{
    private readonly RunningProgram _program;
    private readonly string _readyFile;

    private HostProgram(RunningProgram program, int port, string readyFile) =>
        (_program, Api, _readyFile) = (program, new Uri($"http://127.0.0.1:{port}/api/"), readyFile);

    /// <summary>Where the functions answer.</summary>
    public Uri Api { get; }

    public int Pid => _program.Pid;

    /// <summary>Starts the host on the published app.</summary>
    /// <param name="folder">A folder of its own.</param>
    /// <param name="storage">The connection string of a storage that runs already: its own start is not measured.</param>
    /// <param name="models">The models folder.</param>
    /// <param name="model">The default model.</param>
    public static HostProgram Start(string folder, string storage, string models, string model)
    {
        var port = FreePort.Next();
        var ready = Path.Combine(folder, $"ready-{port}.json");
        // The same configuration as this program: .../bin/CONFIGURATION/net10.0/RUNTIME/
        var own = AppContext.BaseDirectory.TrimEnd('/').Split('/');
        return new HostProgram(
            RunningProgram.Start(
                TestFiles.InRepository(["src", "Serverless.LocalHost", .. own[^4..], "Serverless.LocalHost"]),
                [
                    "--app", TestFiles.InRepository("artifacts", "app"),
                    "--settings", TestFiles.InRepository("local.settings.sample.json"),
                    "--setting", $"AzureWebJobsStorage={storage}",
                    "--setting", $"Classifier__ModelsPath={models}",
                    "--setting", $"Classifier__Model={model}",
                    "--port", $"{port}", "--storage-folder", folder, "--ready-file", ready,
                ],
                readsOutput: false),
            port,
            ready);
    }

    /// <summary>The process id of the worker, once everything is up.</summary>
    public async Task<int> WorkerPidAsync()
    {
        await Eventually.TrueAsync(() => _program.HasEnded || File.Exists(_readyFile), "the local host is up");
        if (_program.HasEnded)
        {
            throw _program.Failure("ended before it was up");
        }

        using var ready = JsonDocument.Parse(await File.ReadAllBytesAsync(_readyFile));
        return ready.RootElement.GetProperty("workerPid").GetInt32();
    }

    /// <inheritdoc cref="RunningProgram.WhileRunningAsync"/>
    public Task WhileRunningAsync(Func<CancellationToken, Task> work, CancellationToken cancellation) => _program.WhileRunningAsync(work, cancellation);

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
