using System.Diagnostics;
using System.Threading.Channels;

namespace Serverless.LocalHost.Processes;

/// <summary>
/// A program to start, with the environment variables that are added to our own or (null) taken away, and what the kernel sends it when the host is gone.
/// </summary>
internal sealed record ProgramStart(
    string Program, IReadOnlyList<string> Arguments, string Folder, IReadOnlyDictionary<string, string?> Environment, EndSignal AfterHost);

/// <summary>
/// A process that this host started and must not leave behind. Where the system can (Linux with util-linux), the child is
/// <list type="number">
/// <item>in a session of its own (<c>setsid</c>), so that Ctrl+C in a terminal reaches the host alone, which then ends its children in order;</item>
/// <item>told to end by the kernel when the host is gone, however it went (<c>setpriv --pdeathsig</c>).</item>
/// </list>
/// The kernel takes "the host" to be the thread that started the child, hence <see cref="Starter"/>.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly string? SetSid = FindTool("setsid");
    private static readonly string? SetPriv = FindTool("setpriv");

    private readonly Process _process;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process, Action<string> output, Action<string> error)
    {
        _process = process;
        Id = process.Id;
        var pipes = Task.WhenAll(PumpAsync(process.StandardOutput, output), PumpAsync(process.StandardError, error));
        _ = WaitAsync(pipes);
    }

    public int Id { get; }

    /// <summary>Completes with the exit code once the process is gone and all that it wrote was read.</summary>
    public Task<int> Exited => _exited.Task;

    /// <exception cref="LocalHostException">The program cannot be started.</exception>
    public static async Task<ChildProcess> StartAsync(ProgramStart start, Action<string> output, Action<string> error)
    {
        string[] command = [.. Wrapper(start.AfterHost), start.Program, .. start.Arguments];
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = start.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in start.Environment)
            info.Environment[name] = value;
        try
        {
            var process = await Starter.RunAsync(() => Process.Start(info)!);
            process.StandardInput.Close();
            return new ChildProcess(process, output, error);
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new LocalHostException($"{start.Program} could not be started: {problem.Message}", problem);
        }
    }

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It ended by itself.
        }
    }

    /// <summary>Asks it to end.</summary>
    public void Terminate() => Signals.Terminate(Id);

    /// <summary>Waits for the end, and brings it about when <paramref name="patience"/> is over.</summary>
    public async Task<int> EndAsync(TimeSpan patience, TimeProvider time)
    {
        try
        {
            await Exited.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            Kill();
        }
        return await Exited;
    }

    public void Dispose() => _process.Dispose();

    private static async Task PumpAsync(StreamReader reader, Action<string> line)
    {
        while (await reader.ReadLineAsync() is { } text)
            line(text);
    }

    private async Task WaitAsync(Task pipes)
    {
        await _process.WaitForExitAsync();
        // A grandchild may hold the pipes open; what the process itself wrote is read long before.
        await Task.WhenAny(pipes, Task.Delay(TimeSpan.FromSeconds(1)));
        _exited.TrySetResult(_process.ExitCode);
    }

    // Both replace themselves by the program they are given, so the process id is the program's own.
    private static IEnumerable<string> Wrapper(EndSignal signal) =>
    [
        .. SetSid is null ? [] : new[] { SetSid },
        .. SetPriv is null ? [] : new[] { SetPriv, "--pdeathsig", signal == EndSignal.Terminate ? "TERM" : "KILL", "--" },
    ];

    private static string? FindTool(string name) => !OperatingSystem.IsLinux() ? null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The one thread that starts children; it lives as long as this process.</summary>
    private static class Starter
    {
        private static readonly Channel<Action> Work = Channel.CreateUnbounded<Action>();

        static Starter() => new Thread(() =>
        {
            while (Work.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
                while (Work.Reader.TryRead(out var action))
                    action();
        })
        { IsBackground = true, Name = "child processes" }.Start();

        public static Task<T> RunAsync<T>(Func<T> start)
        {
            var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            Work.Writer.TryWrite(() =>
            {
                try
                {
                    result.SetResult(start());
                }
                catch (Exception error)
                {
                    result.SetException(error);
                }
            });
            return result.Task;
        }
    }
}
