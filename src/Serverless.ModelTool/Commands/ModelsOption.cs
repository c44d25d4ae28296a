using System.CommandLine;
using Serverless.ModelTool.Catalogue;

namespace Serverless.ModelTool.Commands;

/// <summary>The option of every command that says where the models are.</summary>
internal static class ModelsOption
{
    public static Option<DirectoryInfo?> Option { get; } = new("--models")
    {
        Description = $"The folder with a folder a model [default: the nearest '{ModelsFolder.UsualName}' from here upwards]",
        HelpName = "FOLDER",
        Recursive = true,
    };

    /// <summary>The folder that was named or is near.</summary>
    /// <exception cref="ModelToolException">There is none.</exception>
    public static ModelsFolder Models(this ParseResult arguments) => arguments.GetValue(Option) is { Exists: false } missing
        ? throw new ModelToolException($"There is no folder {missing.FullName}. Say with --models FOLDER where the models are.")
        : arguments.ModelsToAddTo();

    /// <summary>The same for a command that makes a model: the folder may be new.</summary>
    public static ModelsFolder ModelsToAddTo(this ParseResult arguments) => ModelsFolder.Find(arguments.GetValue(Option));
}
