namespace Serverless.ModelTool.Classification;

/// <summary>The image files that the command line names.</summary>
internal static class ImageFiles
{
    /// <summary>Endings of the formats that are decoded; only they are taken from a folder, a file that is named is always tried.</summary>
    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".webp", ".tif", ".tiff", ".bmp",
    };

    /// <summary>Files as they are named; a folder stands for the images in it and in its folders, sorted by path.</summary>
    /// <exception cref="ModelToolException">A folder has none.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths) =>
        [.. paths.SelectMany(path => Directory.Exists(path) ? InFolder(path) : [path])];

    private static string[] InFolder(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true };
        var files = Directory.EnumerateFiles(folder, "*", options).Where(file => Endings.Contains(Path.GetExtension(file)))
            .Order(StringComparer.Ordinal).ToArray();
        return files.Length > 0
            ? files
            : throw new ModelToolException($"{folder} has no images ({string.Join(", ", Endings.Order(StringComparer.Ordinal))}).");
    }

    /// <summary>The bytes of one, unless they are more than will be looked at.</summary>
    /// <exception cref="ModelToolException">It cannot be read.</exception>
    public static async Task<byte[]> ReadAsync(string path, long maxBytes, CancellationToken cancellation)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= maxBytes
                ? await File.ReadAllBytesAsync(path, cancellation)
                : throw new ModelToolException($"It has {length:N0} bytes, more than the {maxBytes:N0} that are looked at.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var isMissing = exception is FileNotFoundException or DirectoryNotFoundException;
            throw new ModelToolException(isMissing ? "There is no such file." : exception.Message, exception);
        }
    }
}
