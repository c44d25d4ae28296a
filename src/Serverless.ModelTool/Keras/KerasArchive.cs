using System.IO.Compression;
using System.Text.Json;

namespace Serverless.ModelTool.Keras;

/// <summary>A <c>.keras</c> file: a zip with the topology, the version and the weights.</summary>
internal static class KerasArchive
{
    private const string Config = "config.json";
    private const string Metadata = "metadata.json";
    private const string Weights = "model.weights.h5";

    /// <summary>More text than the topology of any network has, in bytes.</summary>
    private const int MaxTextLength = 64 << 20;

    /// <summary>Whether a file is a zip, by its first bytes.</summary>
    public static bool IsOne(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> start = stackalloc byte[4];
            return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("PK\x03\x04"u8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelToolException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads the texts, and the weights into a file of their own: HDF5 is read by jumping about in it.</summary>
    /// <exception cref="ModelToolException">The zip is damaged, or something is missing.</exception>
    public static (string Config, string Version, TemporaryFile Weights) Read(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            return (Text(Entry(zip, Config, path), path), Version(zip, path), Extract(zip, path));
        }
        catch (InvalidDataException exception)
        {
            throw new ModelToolException($"{path} is a damaged zip: {exception.Message} Copy or download it again.", exception);
        }
    }

    private static ZipArchiveEntry Entry(ZipArchive zip, string name, string path) => zip.GetEntry(name)
        ?? throw new ModelToolException(
            $"{path} is a zip without {name}: no .keras file that is whole. It holds: {string.Join(", ", zip.Entries.Take(8).Select(entry => entry.FullName))}. "
            + "Save the model again with model.save('NAME.keras').");

    private static string Text(ZipArchiveEntry entry, string path)
    {
        if (entry.Length > MaxTextLength)
        {
            throw new ModelToolException($"{path}: {entry.FullName} has {entry.Length:N0} bytes; no network's topology has so many.");
        }

        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    private static string Version(ZipArchive zip, string path)
    {
        try
        {
            using var metadata = JsonDocument.Parse(zip.GetEntry(Metadata) is { } entry ? Text(entry, path) : "{}");
            return metadata.RootElement.ValueKind == JsonValueKind.Object && metadata.RootElement.TryGetProperty("keras_version", out var version)
                ? version.ToString()
                : "";
        }
        catch (JsonException exception)
        {
            throw new ModelToolException($"{path}: {Metadata} is not JSON (line {exception.LineNumber + 1}). Save the model again.", exception);
        }
    }

    private static TemporaryFile Extract(ZipArchive zip, string path)
    {
        var entry = Entry(zip, Weights, path);
        var file = new TemporaryFile();
        try
        {
            entry.ExtractToFile(file.FullName, overwrite: true);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
