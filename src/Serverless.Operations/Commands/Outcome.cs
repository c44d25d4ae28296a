using Azure;
using Azure.Identity;
using Serverless.ModelTool.Output;

namespace Serverless.Operations.Commands;

/// <summary>The process's exit code, and the last words of a command that failed.</summary>
internal static class Outcome
{
    /// <summary>Not all that was asked for was done.</summary>
    public const int Failed = 1;

    /// <summary>Ended by the user, as shells say it of SIGINT.</summary>
    private const int Interrupted = 130;

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
        catch (Exception exception) when (Explain(exception) is { } words)
        {
            console.Error($"Error: {words}");
            return Failed;
        }
    }

    private static string? Explain(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [.., var last] } => Explain(last),
        OperationsException => exception.Message,
        AuthenticationFailedException => $"Nobody is signed in to Azure; az login does it. ({FirstLine(exception)})",
        RequestFailedException { Status: 0 } =>
            $"Storage does not answer ({FirstLine(exception)}). ./run start starts it on this machine; for another say --connection-string or --account-url.",
        RequestFailedException { Status: 401 or 403 } refused =>
            $"Storage refuses: {FirstLine(refused)} ({refused.ErrorCode}). Storage Blob Data Contributor and Storage Queue Data Contributor are needed on the account, "
            + "and its firewall has to let this machine in.",
        RequestFailedException refused => $"Storage says: {FirstLine(refused)} ({refused.Status} {refused.ErrorCode})",
        _ => null,
    };

    private static string FirstLine(Exception exception) => exception.Message.Split('\n', 2)[0].Trim().TrimEnd('.');
}
