using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Catalogue;

/// <summary>The folder with a folder a model.</summary>
/// <param name="Root">Full path.</param>
internal sealed record ModelsFolder(string Root)
{
    /// <summary>The folder's usual name.</summary>
    public const string UsualName = "models";

    /// <summary>Reads what lies in it.</summary>
    public ModelStore Store { get; } = new(Root);

    /// <summary>The folder that the user names, or the nearest one from the current directory upwards.</summary>
    /// <exception cref="ModelToolException">There is none.</exception>
    public static ModelsFolder Find(DirectoryInfo? named)
    {
        if (named is not null)
        {
            return new(named.FullName);
        }

        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            var models = Path.Combine(folder.FullName, UsualName);
            if (Directory.Exists(models) && Directory.EnumerateDirectories(models).Any(HasManifest))
            {
                return new(models);
            }
        }

        throw new ModelToolException(
            $"No folder '{UsualName}' with models in it lies in {Directory.GetCurrentDirectory()} or above. Say where it is with --models FOLDER.");
    }

    /// <summary>Full path of a model's folder, whether it exists or not.</summary>
    /// <exception cref="ModelToolException">The name cannot be a model's.</exception>
    public string PathOf(string name) => ManifestReader.IsName(name)
        ? Path.Combine(Root, name)
        : throw new ModelToolException(
            $"'{name}' cannot be a model's name: lower-case letters, digits, dots, dashes and underscores, a letter or digit first.");

    /// <summary>Whether a model of that name is described here.</summary>
    public bool Has(string name) => HasManifest(PathOf(name));

    private static bool HasManifest(string folder) => File.Exists(Path.Combine(folder, ManifestReader.FileName));
}
