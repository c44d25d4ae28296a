using System.Diagnostics;

namespace Serverless.ModelTool.Tests;

/// <summary>The real program, started as a user starts it.</summary>
internal static class Tool
{
    /// <summary>What a run left behind.</summary>
    public sealed record Result(int ExitCode, string Output, string Error);

    /// <summary>
    /// The program's assembly, where its own build put it: the copy beside these tests lacks what the web server's framework brings.
    /// </summary>
    public static string Assembly { get; } = TestFiles.InRepository(
        "src",
        "Serverless.ModelTool",
        Path.GetRelativePath(TestFiles.InRepository("tests", "Serverless.ModelTool.Tests"), AppContext.BaseDirectory),
        "Serverless.ModelTool.dll");

    /// <summary>How to start it.</summary>
    public static ProcessStartInfo Start(params string[] arguments) => new("dotnet", [Assembly, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    /// <summary>Runs it to its end.</summary>
    public static Task<Result> RunAsync(params string[] arguments) => RunAsync(Start(arguments));

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Result> RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
