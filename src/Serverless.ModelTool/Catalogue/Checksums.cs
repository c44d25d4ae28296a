using System.Security.Cryptography;

namespace Serverless.ModelTool.Catalogue;

/// <summary>
/// The file beside a model that lists its files' SHA-256 in the format of <c>sha256sum</c>, so that <c>sha256sum -c</c> checks it.
/// </summary>
internal static class Checksums
{
    /// <summary>The file's name in a model's folder.</summary>
    public const string FileName = "checksums.sha256";

    /// <summary>Lower-case hexadecimal SHA-256 of a file.</summary>
    public static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>The text for some files of a folder.</summary>
    public static string Format(IEnumerable<(string Name, string Sha256)> files) =>
        string.Concat(files.OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => $"{file.Sha256}  {file.Name}\n"));

    /// <summary>What the list of a folder says; empty without a list.</summary>
    /// <exception cref="ModelToolException">A line has another form.</exception>
    public static IReadOnlyList<(string Name, string Sha256)> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? [.. File.ReadAllLines(path).Where(line => line.Length > 0).Select(line => Parse(path, line))] : [];
    }

    private static (string Name, string Sha256) Parse(string path, string line) =>
        line.Split("  ", 2) is [{ Length: 64 } sha256, var name] && name == Path.GetFileName(name)
            ? (name, sha256)
            : throw new ModelToolException($"{path}: '{line}' is not a line of sha256sum's for a file of this folder.");
}
