using Serverless.Classifier.Models;

namespace Serverless.ModelTool.Catalogue;

/// <summary>
/// Puts a model's files into its folder so that at every moment, a power failure included, the folder holds a whole model or none: everything is written
/// under names that nothing reads, then renamed, what makes it a model last.
/// </summary>
internal sealed class ModelInstallation : IDisposable
{
    /// <summary>Ending of files that are not whole yet.</summary>
    public const string PartEnding = ".part";

    private readonly FileStream _lock;
    private readonly bool _isNew;
    private readonly List<string> _staged = [];

    private ModelInstallation(string folder, bool isNew, FileStream @lock) => (Folder, _isNew, _lock) = (folder, isNew, @lock);

    /// <summary>Full path of the model's folder.</summary>
    public string Folder { get; }

    /// <summary>Makes the folder if need be and keeps others from installing into it.</summary>
    /// <exception cref="ModelToolException">Somebody else is at it.</exception>
    public static ModelInstallation Begin(string folder)
    {
        var isNew = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "installation.lock" + PartEnding);
        try
        {
            return new(folder, isNew, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new ModelToolException($"{folder} is being written by another run of this tool. Wait until it is done.", exception);
        }
    }

    /// <summary>Where to write a file that is to have this name once it is whole.</summary>
    public string Stage(string fileName)
    {
        var path = Path.Combine(Folder, fileName + PartEnding);
        if (!_staged.Contains(fileName))
        {
            _staged.Add(fileName);
        }

        return path;
    }

    /// <summary>Stages a small text.</summary>
    public void StageText(string fileName, string text) => File.WriteAllText(Stage(fileName), text);

    /// <summary>Gives the staged files their names: the graph after its weights, the manifest last of all.</summary>
    public void Commit(string graphFile)
    {
        // Without its graph a model is not there, so the weights can change under it.
        File.Delete(Path.Combine(Folder, graphFile));
        foreach (var file in _staged.OrderBy(file => file == ManifestReader.FileName ? 2 : file == graphFile ? 1 : 0))
        {
            File.Move(Path.Combine(Folder, file + PartEnding), Path.Combine(Folder, file), overwrite: true);
        }

        _staged.Clear();
    }

    public void Dispose()
    {
        foreach (var file in _staged)
        {
            File.Delete(Path.Combine(Folder, file + PartEnding));
        }

        _lock.Dispose();
        if (_isNew && !Directory.EnumerateFileSystemEntries(Folder).Any())
        {
            Directory.Delete(Folder);
        }
    }
}
