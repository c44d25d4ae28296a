using Microsoft.Extensions.Options;
using Serverless.Classifier.Errors;

namespace Serverless.Classifier.Models;

/// <summary>The models folder: a folder a model. Read anew on each question, so that a model pulled a moment ago is there.</summary>
public sealed class ModelStore
{
    private readonly string _root;

    /// <summary>Opens the models folder of the settings.</summary>
    public ModelStore(IOptions<ClassifierOptions> options)
        : this(Path.GetFullPath(options.Value.ModelsPath, AppContext.BaseDirectory))
    {
    }

    /// <summary>Opens a models folder.</summary>
    /// <param name="root">Full path.</param>
    public ModelStore(string root) => _root = root;

    /// <summary>Names of the folders that have a manifest, sorted.</summary>
    public IReadOnlyList<string> Names =>
        Directory.Exists(_root)
            ? [.. Directory.EnumerateDirectories(_root)
                .Where(folder => File.Exists(Path.Combine(folder, ManifestReader.FileName)))
                .Select(folder => Path.GetFileName(folder))
                .Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Opens a model's folder: manifest and labels; its graph is not read.</summary>
    /// <exception cref="ClassifierException"><c>unknown_model</c> or <c>invalid_model</c>.</exception>
    public ModelFolder Open(string name)
    {
        var folder = Path.Combine(_root, name);
        // The pattern keeps a caller's name from being a path.
        if (!ManifestReader.IsName(name) || !File.Exists(Path.Combine(folder, ManifestReader.FileName)))
        {
            throw new ClassifierException(ErrorKind.UnknownModel, $"There is no model of this name; there are: {string.Join(", ", Names)}.");
        }

        try
        {
            var manifest = ManifestReader.Read(folder);
            return new ModelFolder(folder, manifest, ReadLabels(Path.Combine(folder, manifest.Output.Labels)));
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ClassifierException(ErrorKind.InvalidModel, exception.Message, exception);
        }
    }

    private static IReadOnlyList<Label> ReadLabels(string path)
    {
        try
        {
            return Labels.Read(path);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }
}
