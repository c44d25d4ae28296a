using System.CommandLine;
using Serverless.ModelTool.Output;
using Serverless.Operations.Output;
using Serverless.Operations.Poison;

namespace Serverless.Operations.Commands;

/// <summary><c>retry NAME... | --all</c>: back to work.</summary>
internal static class RetryCommand
{
    public static Command Create(ToolConsole console)
    {
        var selection = new Selection();
        var command = new Command("retry", "Puts failed blobs back to work, then removes their messages: each is copied onto itself, which makes a new version") { JsonReport.Option };
        selection.AddTo(command);
        command.SetAction((arguments, cancellation) =>
        {
            var chosen = selection.Of(arguments);
            return WorkReport.RunAsync(console, arguments, chosen, new PoisonWork(arguments.Account(), chosen.Has).RetryAsync(cancellation));
        });
        return command;
    }
}
