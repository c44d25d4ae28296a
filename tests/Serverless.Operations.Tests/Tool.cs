using System.Diagnostics;

namespace Serverless.Operations.Tests;

/// <summary>The real program, started as a user starts it.</summary>
internal static class Tool
{
    /// <summary>What a run left behind.</summary>
    public sealed record Result(int ExitCode, string Output, string Error);

    /// <summary>Runs it to its end.</summary>
    public static async Task<Result> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Serverless.Operations"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
