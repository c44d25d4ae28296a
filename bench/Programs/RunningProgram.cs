using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Serverless.Benchmarks.Programs;

/// <summary>A program that was started here and is ended here, in good order or, after a while, without.</summary>
internal sealed partial class RunningProgram : IAsyncDisposable
{
    private const int Interrupt = 2; // SIGINT
    private const int TailLines = 80;
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly string _name;
    private readonly ConcurrentQueue<string> _tail = new();

    private RunningProgram(Process process, string name) => (_process, _name) = (process, name);

    public int Pid => _process.Id;

    /// <summary>What it prints.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>What it reads; it may take the end of it as the wish that it end.</summary>
    public StreamWriter Input => _process.StandardInput;

    public bool HasEnded => _process.HasExited;

    /// <summary>Waits for something that the program does, and fails when it ends instead.</summary>
    public async Task WhileRunningAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (working, ending) = (work(over.Token), _process.WaitForExitAsync(over.Token));
        var first = await Task.WhenAny(working, ending);
        await over.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        if (first == ending)
        {
            throw Failure("ended before it had answered");
        }

        await working;
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its path, or its name on the PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="readsOutput">Whether somebody reads <see cref="Output"/>; otherwise it is kept for <see cref="Failure"/>.</param>
    public static RunningProgram Start(string program, IEnumerable<string> arguments, bool readsOutput)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var running = new RunningProgram(process, Path.GetFileName(program));
        process.ErrorDataReceived += (_, line) => running.Keep(line.Data);
        process.BeginErrorReadLine();
        if (!readsOutput)
        {
            process.OutputDataReceived += (_, line) => running.Keep(line.Data);
            process.BeginOutputReadLine();
        }

        return running;
    }

    /// <summary>Runs a program to its end and returns its exit code; a program that is no longer wanted is ended.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        await using var running = Start(program, arguments, readsOutput: false);
        running.Input.Close();
        await running._process.WaitForExitAsync(cancellation);
        return (running._process.ExitCode, string.Join('\n', running._tail));
    }

    /// <summary>What it said last, and whether it still runs, for a failure's message.</summary>
    public string LastLines() => $"\n{_name} (process {Pid}) {(_process.HasExited ? $"ended with exit code {_process.ExitCode}" : "runs")}. Its last lines:\n{string.Join('\n', _tail)}";

    /// <summary>An error that tells what the program said last.</summary>
    public InvalidOperationException Failure(string what) => new($"{_name} {what}.{LastLines()}");

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.StandardInput.Close();
                _ = Kill(_process.Id, Interrupt);
                using var deadline = new CancellationTokenSource(EndPatience);
                await _process.WaitForExitAsync(deadline.Token);
            }
        }
        catch (Exception stuck) when (stuck is OperationCanceledException or IOException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        finally
        {
            _process.Dispose();
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _tail.Enqueue(line);
        while (_tail.Count > TailLines)
        {
            _tail.TryDequeue(out _);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
