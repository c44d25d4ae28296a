using System.CommandLine;
using Serverless.ModelTool.Output;
using Serverless.Operations.Output;
using Serverless.Operations.Poison;

namespace Serverless.Operations.Commands;

/// <summary>Tells what became of each message while the work goes on.</summary>
internal static class WorkReport
{
    /// <summary>Does the work; the exit code is 0 when every chosen message is out of the queue.</summary>
    public static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, Chosen chosen, IAsyncEnumerable<Done> work)
    {
        var isJson = arguments.GetValue(JsonReport.Option);
        List<Done> all = [];
        await foreach (var done in work)
        {
            all.Add(done);
            if (!isJson) Write(console, done);
        }

        var notFound = chosen.NotFound.ToList();
        if (isJson) JsonReport.Write(console.Output, all, notFound);
        foreach (var name in notFound) console.Error($"{name}: not in the poison queue");
        if (!isJson && all.Count == 0 && notFound.Count == 0) console.WriteLine("Nothing failed for good.");
        return notFound.Count == 0 && all.TrueForAll(done => done.IsRemoved) ? 0 : Outcome.Failed;
    }

    private static void Write(ToolConsole console, Done done)
    {
        var line = $"{done.Message.Name}: {Explain(done)}";
        if (done.IsRemoved) console.WriteLine(line);
        else console.Error(line);
    }

    private static string Explain(Done done) => done.Fate switch
    {
        MessageFate.Retried => "put back to work",
        MessageFate.Answered => "was answered since, nothing to do; its message is removed",
        MessageFate.Dropped => "dropped",
        MessageFate.Gone => "the blob is gone; 'drop' removes its message",
        MessageFate.Unreadable => "not a message of a blob trigger; 'drop' removes it",
        _ => $"stays in the queue: {done.Problem}",
    };
}
