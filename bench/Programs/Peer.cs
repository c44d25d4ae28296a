using System.Text.Json;

namespace Serverless.Benchmarks.Programs;

/// <summary>
/// A program with the network in it that is told what to do a line at a time and answers each with a line of JSON: <c>run</c> (the network alone, on a blank tensor),
/// <c>classify FILE</c> (from the file's bytes to names), <c>decode FILE</c> (from its bytes to the tensor), <c>ready</c>. Times are the program's own:
/// the way of the line to it and back is nobody's.
/// </summary>
internal sealed class Peer(RunningProgram program) : IAsyncDisposable
{
    public int Pid => program.Pid;

    /// <inheritdoc cref="RunningProgram.LastLines"/>
    public string LastLines() => program.LastLines();

    /// <summary>Starts a peer; it loads meanwhile.</summary>
    public static Peer Start(PeerProgram peer, params string[] arguments) =>
        new(RunningProgram.Start(peer.Program, [.. peer.Arguments, .. arguments], readsOutput: true));

    /// <summary>Has it do something, once it can.</summary>
    /// <exception cref="InvalidOperationException">It ended instead of answering.</exception>
    public async Task<JsonElement> AskAsync(string command, CancellationToken cancellation)
    {
        await program.Input.WriteLineAsync(command.AsMemory(), cancellation);
        await program.Input.FlushAsync(cancellation);
        var line = await program.Output.ReadLineAsync(cancellation) ?? throw program.Failure($"ended when it was asked to {command}");
        using var answer = JsonDocument.Parse(line);
        return answer.RootElement.Clone();
    }

    /// <summary>How many milliseconds it took for something.</summary>
    public async Task<double> TimeAsync(string command, CancellationToken cancellation) =>
        (await AskAsync(command, cancellation)).GetProperty("ms").GetDouble();

    /// <inheritdoc cref="RunningProgram.WhileRunningAsync"/>
    public Task WhileRunningAsync(Func<CancellationToken, Task> work, CancellationToken cancellation) => program.WhileRunningAsync(work, cancellation);

    public ValueTask DisposeAsync() => program.DisposeAsync();
}
