using System.CommandLine;
using Serverless.ModelTool.Output;
using Serverless.ModelTool.Verification;

namespace Serverless.ModelTool.Commands;

/// <summary><c>verify NAME</c>: whether a model is whole and answers.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "The model, see 'list'" };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("verify", "Checks a model's checksums, weights, shapes and labels, and runs it once") { Name };
        command.SetAction(arguments => Run(console, arguments));
        return command;
    }

    private static int Run(ToolConsole console, ParseResult arguments)
    {
        var name = arguments.GetRequiredValue(Name);
        var isRight = true;
        foreach (var check in ModelVerifier.Verify(arguments.Models().Store, name))
        {
            console.WriteLine($"{(check.IsRight ? "ok    " : "WRONG ")} {check.What}: {check.Finding}");
            isRight &= check.IsRight;
        }

        if (!isRight)
        {
            console.Error($"Error: {name} is not fit for use.");
        }

        return isRight ? 0 : Outcome.Failed;
    }
}
