using Serverless.Classifier.Errors;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Commands;

/// <summary>The process's exit code, and the last words of a command that failed.</summary>
internal static class Outcome
{
    /// <summary>What was asked for failed.</summary>
    public const int Failed = 1;

    /// <summary>Ended by the user, as shells say it of SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>Runs a command; what the user can mend is told in a line, anything else with its stack trace.</summary>
    public static async Task<int> OfAsync(ToolConsole console, Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (OperationCanceledException)
        {
            console.Error("Interrupted.");
            return Interrupted;
        }
        catch (Exception exception) when (Innermost(exception) is ModelToolException or ClassifierException or IOException or UnauthorizedAccessException)
        {
            console.Error($"Error: {Innermost(exception).Message}");
            return Failed;
        }
    }

    /// <summary>What happened in a parallel loop comes wrapped.</summary>
    private static Exception Innermost(Exception exception) => exception is AggregateException { InnerException: { } inner } ? Innermost(inner) : exception;
}
