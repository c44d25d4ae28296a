using System.CommandLine;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Output;

namespace Serverless.ModelTool.Commands;

/// <summary><c>list</c>: every model of the folder.</summary>
internal static class ListCommand
{
    private static readonly string[] Headings = ["Name", "Description", "Input", "Classes", "State", "Size", "Licence"];

    public static Command Create(ToolConsole console)
    {
        var command = new Command("list", "Lists the models and says which are ready");
        command.SetAction(arguments => Run(console, arguments));
        return command;
    }

    private static void Run(ToolConsole console, ParseResult arguments)
    {
        var models = arguments.Models();
        console.Table(Headings, [.. models.Store.Names.Select(name => Row(models, name))]);
    }

    private static string[] Row(ModelsFolder models, string name)
    {
        try
        {
            var model = models.Store.Open(name);
            var manifest = model.Manifest;
            return
            [
                name,
                manifest.Description,
                $"{manifest.Input.Width} x {manifest.Input.Height}",
                $"{model.Labels.Count}",
                model.HasGraph ? "ready" : manifest.Source is null ? "weights missing" : "to be pulled",
                model.HasGraph ? Size.Format(Bytes(model)) : manifest.Source?.Bytes is { } bytes ? Size.Format(bytes) : "",
                manifest.License,
            ];
        }
        catch (ClassifierException exception)
        {
            return [name, exception.Message, "", "", "broken", "", ""];
        }
    }

    /// <summary>The graph and what lies beside it under its name: the weights.</summary>
    private static long Bytes(ModelFolder model) =>
        new DirectoryInfo(model.Folder).EnumerateFiles(Path.ChangeExtension(model.Manifest.Graph.File, ".*"))
            .Where(file => file.Extension != ModelInstallation.PartEnding).Sum(file => file.Length);
}
