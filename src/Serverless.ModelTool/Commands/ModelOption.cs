using System.CommandLine;
using Serverless.Classifier;

namespace Serverless.ModelTool.Commands;

/// <summary>The option that says which model; the same for every command that uses one.</summary>
internal static class ModelOption
{
    public static Option<string> Option { get; } = new("--model")
    {
        Description = "The model, see 'list'",
        HelpName = "NAME",
        DefaultValueFactory = _ => new ClassifierOptions().Model,
    };
}
