using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Serverless.Classifier.Models;

/// <summary>Reads manifests and refuses what cannot be meant.</summary>
public static partial class ManifestReader
{
    /// <summary>The file's name in a model's folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Reads and checks the manifest of a model's folder.</summary>
    /// <exception cref="InvalidDataException">Every problem of the manifest, in one message.</exception>
    public static Manifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var problems = new List<string>();
        Manifest manifest;
        try
        {
            manifest = ManifestDocument.Read(File.ReadAllBytes(path), problems);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }

        if (problems.Count == 0)
        {
            problems.AddRange(Problems(manifest, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))));
        }

        return problems.Count == 0 ? manifest : throw new InvalidDataException($"{path}: {string.Join("; ", problems)}");
    }

    /// <summary>Writes a manifest as it is read.</summary>
    public static void Write(Manifest manifest, string folder) =>
        File.WriteAllText(Path.Combine(folder, FileName), Format(manifest));

    /// <summary>The text of a manifest.</summary>
    public static string Format(Manifest manifest) => JsonSerializer.Serialize(manifest, ManifestJson.Default.Manifest) + "\n";

    /// <summary>Whether a text can be a model's name: such a name is a folder's name on every system and never a path.</summary>
    public static bool IsName(string? text) => text is not null && NamePattern().IsMatch(text);

    private static IEnumerable<string> Problems(Manifest manifest, string folderName)
    {
        if (manifest.SchemaVersion != 1)
        {
            yield return $"schemaVersion is {manifest.SchemaVersion}, this program reads 1";
        }

        if (!IsName(manifest.Name))
        {
            yield return $"name \"{manifest.Name}\" may have lower-case letters, digits, dots, dashes and underscores, and starts with a letter or digit";
        }
        else if (manifest.Name != folderName)
        {
            yield return $"name \"{manifest.Name}\" differs from its folder's, \"{folderName}\"";
        }

        foreach (var (field, file) in new[] { ("graph.file", manifest.Graph.File), ("output.labels", manifest.Output.Labels) })
        {
            if (string.IsNullOrWhiteSpace(file) || file != Path.GetFileName(file) || file is "." or "..")
            {
                yield return $"{field} \"{file}\" is not the name of a file in the manifest's folder";
            }
        }

        if (manifest.Graph.Sha256 is { } sha256 && !Sha256Pattern().IsMatch(sha256))
        {
            yield return "graph.sha256 is not 64 lower-case hexadecimal digits";
        }

        foreach (var problem in SourceProblems(manifest.Source).Concat(InputProblems(manifest.Input)).Concat(FeatureProblems(manifest)).Concat(AccuracyProblems(manifest)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> SourceProblems(WeightsSource? source)
    {
        if (source is null)
        {
            yield break;
        }

        if (source.Urls.Count == 0)
        {
            yield return "source.urls is empty";
        }

        foreach (var url in source.Urls.Where(url => !url.IsAbsoluteUri || url.Scheme is not ("https" or "http")))
        {
            yield return $"source.urls: \"{url}\" is not an http or https address";
        }

        if (source.Md5 is null && source.Sha256 is null)
        {
            yield return "source has neither md5 nor sha256: a download could not be checked";
        }

        if (source.Md5 is { } md5 && !Md5Pattern().IsMatch(md5))
        {
            yield return "source.md5 is not 32 lower-case hexadecimal digits";
        }

        if (source.Sha256 is { } sha256 && !Sha256Pattern().IsMatch(sha256))
        {
            yield return "source.sha256 is not 64 lower-case hexadecimal digits";
        }

        if (source.Bytes is <= 0)
        {
            yield return $"source.bytes is {source.Bytes}";
        }

        if (source.Format == WeightsFormat.KerasHdf5 && string.IsNullOrEmpty(source.Architecture))
        {
            yield return "source.architecture is missing: a Keras weight file does not say which network it belongs to";
        }
    }

    private static IEnumerable<string> InputProblems(ModelInput input)
    {
        const int MaxInputSide = 4096;
        foreach (var (field, value) in new[] { ("width", input.Width), ("height", input.Height) })
        {
            if (value is < 1 or > MaxInputSide)
            {
                yield return $"input.{field} is {value}, 1 to {MaxInputSide} are possible";
            }
        }

        if (!float.IsFinite(input.Scale) || input.Scale == 0)
        {
            yield return $"input.scale is {input.Scale}: it divides, so it is a number other than 0";
        }

        if (input.Mean.Count != 3 || !input.Mean.All(float.IsFinite))
        {
            yield return "input.mean needs three numbers, one a channel";
        }

        if (input.Std.Count != 3 || !input.Std.All(float.IsFinite) || input.Std.Contains(0))
        {
            yield return "input.std needs three numbers other than 0, one a channel";
        }

        switch (input.Resize.Mode, input.Resize.ShortSide)
        {
            case (ResizeMode.Squash, not null):
                yield return "input.resize.shortSide has no meaning with the mode squash";
                break;
            case (ResizeMode.ShortSideCrop, null):
                yield return "input.resize.shortSide is missing";
                break;
            case (ResizeMode.ShortSideCrop, var side) when side < Math.Max(input.Width, input.Height) || side > MaxInputSide:
                yield return $"input.resize.shortSide is {side}: it is at least the input's longer side and at most {MaxInputSide}";
                break;
        }
    }

    private static IEnumerable<string> FeatureProblems(Manifest manifest)
    {
        if (manifest.Features is not { } features)
        {
            yield break;
        }

        foreach (var (field, name) in new[] { ("map", features.Map), ("vector", features.Vector), ("classWeights", features.ClassWeights) })
        {
            if (name is not null && string.IsNullOrWhiteSpace(name))
            {
                yield return $"features.{field} is empty: it names a tensor of the graph";
            }
        }

        if (features.Map is null && features.Vector is null)
        {
            yield return "features names neither map nor vector";
        }

        if (features.ClassWeights is not null && features.Map is null)
        {
            yield return "features.classWeights has no meaning without features.map";
        }

        if (features.Outputs.Prepend(manifest.Output.Name).OfType<string>().CountBy(name => name).Any(name => name.Value > 1))
        {
            yield return "features names a tensor twice, or the output with the classes";
        }
    }

    private static IEnumerable<string> AccuracyProblems(Manifest manifest) =>
        from accuracy in manifest.Accuracy
        from value in new[] { accuracy.Top1, accuracy.Top5 }
        where value is < 0 or > 1
        select $"accuracy on \"{accuracy.Dataset}\" is {value}: a share from 0 to 1 is expected";

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Sha256Pattern();

    [GeneratedRegex(@"\A[0-9a-f]{32}\z")]
    private static partial Regex Md5Pattern();
}

/// <summary>How manifests are written: camelCase, enums by name, nothing that is null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
