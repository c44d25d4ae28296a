using System.CommandLine;
using Serverless.Classifier.Inference.Preparation;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Commands;

/// <summary><c>prepare [NAME...]</c>: models are optimised for this machine's processor, so that their next load takes milliseconds.</summary>
internal static class PrepareCommand
{
    private static readonly Argument<string[]> Names = new("NAME")
    {
        Description = "The models, see 'list' [default: every one whose weights are here]",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create(ToolConsole console)
    {
        var command = new Command("prepare", "Optimises models for this machine's processor, so that they load in a fraction of the time") { Names };
        command.SetAction((arguments, cancellation) => RunAsync(console, arguments, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ToolConsole console, ParseResult arguments, CancellationToken cancellation)
    {
        var store = arguments.Models().Store;
        var names = arguments.GetRequiredValue(Names);
        List<ModelFolder> models = [.. (names.Length > 0 ? names : store.Names).Select(store.Open)];
        if (names.Length == 0)
        {
            models.RemoveAll(model => !model.HasGraph);
        }

        foreach (var model in models)
        {
            var isNew = await Task.Run(() => ModelPreparation.Prepare(model), cancellation);
            console.WriteLine($"{model.Manifest.Name}: {(isNew ? "prepared" : "was prepared already")} ({PreparedGraph.PathIn(model)})");
        }

        return 0;
    }
}
