namespace Serverless.LocalHost.Storage;

/// <summary>Finds the program that starts Azurite.</summary>
internal static class AzuriteProgram
{
    private static readonly string FileName = OperatingSystem.IsWindows() ? "azurite.cmd" : "azurite";

    /// <summary>The one that <paramref name="named"/> names, else the npm package of a folder above <paramref name="startFolders"/>, else the one on the PATH.</summary>
    /// <exception cref="LocalHostException">There is none.</exception>
    public static string Find(string? named, IEnumerable<string> startFolders, string? path)
    {
        if (named is not null)
            return File.Exists(named) ? Path.GetFullPath(named) : throw new LocalHostException($"There is no Azurite at {named}, which --azurite names.");
        var installed = startFolders.SelectMany(Upwards).Select(folder => Path.Combine(folder, "node_modules", ".bin", FileName)).FirstOrDefault(File.Exists);
        var onPath = (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists);
        return installed ?? onPath ?? throw new LocalHostException(
            "Azurite, the storage emulator, is not installed. `npm ci` in the repository (or `npm install -g azurite`) installs it; --azurite names another place; "
            + "the setting AzureWebJobsStorage with a connection string does without it.");
    }

    private static IEnumerable<string> Upwards(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            yield return at.FullName;
    }
}
