using System.CommandLine;
using System.Globalization;
using Serverless.ModelTool.Output;
using Serverless.Operations.Output;
using Serverless.Operations.Poison;

namespace Serverless.Operations.Commands;

/// <summary><c>show NAME</c>: all that is known of one failure.</summary>
internal static class ShowCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "The blob, as 'list' shows it, with or without its container; or the message's id" };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("show", "Shows all that is known of a failed blob; changes nothing") { Name, JsonReport.Option };
        command.SetAction((arguments, cancellation) => RunAsync(console, arguments, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, CancellationToken cancellation)
    {
        var name = arguments.GetRequiredValue(Name);
        var account = arguments.Account();
        var found = (await account.Queue.PeekAsync(cancellation)).Where(message => message.IsNamed(name)).ToList();
        if (found.Count == 0) found = [.. (await PoisonReading.AllAsync(account.Queue, cancellation)).Where(message => message.IsNamed(name))];
        if (found.Count == 0) throw new OperationsException($"'{name}' is not in the poison queue; 'list' shows what is.");
        var diagnoses = await PoisonReading.DiagnoseAsync(account, found, cancellation);
        if (arguments.GetValue(JsonReport.Option))
        {
            JsonReport.Write(console.Output, diagnoses.Count, diagnoses);
            return 0;
        }

        foreach (var diagnosis in diagnoses) Write(console, diagnosis);
        return 0;
    }

    private static void Write(ToolConsole console, Diagnosis diagnosis)
    {
        var message = diagnosis.Message;
        console.WriteLine(message.Name);
        console.WriteLine($"  state     {Explain(diagnosis.State)}");
        console.WriteLine($"  why       {diagnosis.Reason}");
        if (diagnosis.Note is { } note) console.WriteLine($"  noted     {Time(note.FailedAt)}");
        if (message.Blob is { } blob)
        {
            console.WriteLine($"  version   {blob.ETag}{(diagnosis.Properties is { } now ? $", now {now.ETag.ToString("H").Trim('"')}, {now.ContentLength} bytes" : "")}");
            console.WriteLine($"  function  {blob.Function}");
        }
        else
        {
            console.WriteLine($"  text      {message.Text}");
        }

        console.WriteLine($"  message   {message.Id}, of {Time(message.QueuedAt)}, kept until {Time(message.ExpiresAt)}");
    }

    private static string Explain(BlobState state) => state switch
    {
        BlobState.Failed => "failed: not tried again until 'retry'",
        BlobState.Replaced => "replaced: uploaded anew since it failed, and not answered yet",
        BlobState.Answered => "answered: what is there now has its result; 'retry' only removes the message",
        BlobState.Gone => "gone: the blob was deleted; 'drop' removes the message",
        _ => "unreadable: 'drop' removes the message",
    };

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) ?? "?";
}
