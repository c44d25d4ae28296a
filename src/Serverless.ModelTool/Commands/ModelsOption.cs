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
    public static ModelsFolder Models(this ParseResult arguments) => ModelsFolder.Find(arguments.GetValue(Option));
}
