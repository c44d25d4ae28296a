using System.CommandLine;
using Serverless.ModelTool.Output;
using Serverless.Operations.Output;
using Serverless.Operations.Poison;

namespace Serverless.Operations.Commands;

/// <summary><c>drop NAME... | --all</c>: forget the failure; the blob stays.</summary>
internal static class DropCommand
{
    public static Command Create(ToolConsole console)
    {
        var selection = new Selection();
        var command = new Command("drop", "Removes the messages of failed blobs and the notes about them; the blobs stay as they are") { JsonReport.Option };
        selection.AddTo(command);
        command.SetAction((arguments, cancellation) =>
        {
            var chosen = selection.Of(arguments);
            return WorkReport.RunAsync(console, arguments, chosen, new PoisonWork(arguments.Account(), chosen.Has).DropAsync(cancellation));
        });
        return command;
    }
}
