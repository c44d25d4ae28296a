using System.CommandLine;
using System.Globalization;
using Serverless.ModelTool.Output;
using Serverless.Operations.Output;
using Serverless.Operations.Poison;

namespace Serverless.Operations.Commands;

/// <summary><c>list</c>: what failed, how it stands and why.</summary>
internal static class ListCommand
{
    private static readonly string[] Headings = ["Blob", "Failed (UTC)", "State", "Why"];
    private static readonly Option<bool> All = new("--all")
    {
        Description = $"Also what is behind the first {PoisonQueue.Batch}: the messages are taken for a moment, so that others do not see them",
    };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("list", "Lists the blobs that failed for good and says why; changes nothing") { All, JsonReport.Option };
        command.SetAction((arguments, cancellation) => RunAsync(console, arguments, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, CancellationToken cancellation)
    {
        var account = arguments.Account();
        var messages = arguments.GetValue(All)
            ? await PoisonReading.AllAsync(account.Queue, cancellation)
            : await account.Queue.PeekAsync(cancellation);
        var total = messages.Count < PoisonQueue.Batch ? messages.Count : Math.Max(messages.Count, await account.Queue.CountAsync(cancellation));
        var diagnoses = await PoisonReading.DiagnoseAsync(account, messages, cancellation);
        if (arguments.GetValue(JsonReport.Option))
        {
            JsonReport.Write(console.Output, total, diagnoses);
            return 0;
        }

        if (diagnoses.Count == 0)
        {
            console.WriteLine("Nothing failed for good.");
            return 0;
        }

        console.Table(Headings, [.. diagnoses.Select(Row)]);
        if (total > messages.Count) console.Error($"{messages.Count} of about {total} are shown; --all shows every one.");
        return 0;
    }

    private static string[] Row(Diagnosis diagnosis) =>
    [
        diagnosis.Message.Name,
        diagnosis.Message.QueuedAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
        diagnosis.State.ToString().ToLowerInvariant(),
        diagnosis.Reason,
    ];
}
