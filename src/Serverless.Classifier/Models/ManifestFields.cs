using System.Text.Json;

namespace Serverless.Classifier.Models;

/// <summary>The fields of one object of a manifest. Each is taken by its name; what is wrong with one is noted, so that all of it can be told at once.</summary>
/// <remarks>
/// Written out rather than left to the serializer: that is generic code of the framework over our types, which cannot be compiled ahead of time, and a cold start
/// would compile seven hundred methods to read a kilobyte.
/// </remarks>
internal sealed class ManifestFields
{
    private const int LongestQuote = 60;

    private readonly JsonElement _object;
    private readonly string _path;
    private readonly List<string> _problems;
    private readonly List<string> _taken = [];

    private ManifestFields(JsonElement element, string path, List<string> problems) => (_object, _path, _problems) = (element, path, problems);

    /// <summary>Whether a field may be missing, and whether it may be null.</summary>
    private enum Presence
    {
        /// <summary>It has to be there.</summary>
        Required,

        /// <summary>A default holds where it is missing.</summary>
        Defaulted,

        /// <summary>Null means the same as its absence.</summary>
        Nullable,
    }

    /// <summary>Reads an object and notes the fields that nobody took.</summary>
    /// <param name="element">The object.</param>
    /// <param name="read">Takes the fields.</param>
    /// <param name="problems">Takes what is wrong; the result counts only where nothing is.</param>
    public static T Read<T>(JsonElement element, Func<ManifestFields, T> read, List<string> problems)
        where T : class => Read(element, "", read, problems);

    /// <summary>An object.</summary>
    public T Object<T>(string name, Func<ManifestFields, T> read)
        where T : class => Read(Find(name, Presence.Required) ?? default, $"{_path}{name}", read, _problems);

    /// <summary>An object that may be missing or null.</summary>
    public T? OptionalObject<T>(string name, Func<ManifestFields, T> read)
        where T : class => Find(name, Presence.Nullable) is { } element ? Read(element, $"{_path}{name}", read, _problems) : null;

    /// <summary>An object that may be missing; <paramref name="otherwise"/> then.</summary>
    public T Object<T>(string name, Func<ManifestFields, T> read, T otherwise)
        where T : class => Find(name, Presence.Defaulted) is { } element ? Read(element, $"{_path}{name}", read, _problems) : otherwise;

    /// <summary>An array of objects; empty where it is missing.</summary>
    public IReadOnlyList<T> Objects<T>(string name, Func<ManifestFields, T> read)
        where T : class
    {
        var objects = new List<T>();
        foreach (var (path, element) in Elements(name, Find(name, Presence.Defaulted)))
        {
            objects.Add(Read(element, path, read, _problems));
        }

        return objects;
    }

    /// <summary>A text.</summary>
    public string Text(string name) => AsText(name, Find(name, Presence.Required)) ?? "";

    /// <summary>A text that may be missing; <paramref name="otherwise"/> then.</summary>
    public string Text(string name, string otherwise) => AsText(name, Find(name, Presence.Defaulted)) ?? otherwise;

    /// <summary>A text that may be missing or null.</summary>
    public string? OptionalText(string name) => AsText(name, Find(name, Presence.Nullable));

    /// <summary>A whole number.</summary>
    public int Integer(string name) => AsInteger(name, Find(name, Presence.Required)) ?? 0;

    /// <summary>A whole number that may be missing or null.</summary>
    public int? OptionalInteger(string name) => AsInteger(name, Find(name, Presence.Nullable));

    /// <summary>A whole number of 64 bits that may be missing or null.</summary>
    public long? OptionalLong(string name) =>
        Find(name, Presence.Nullable) is not { } element ? null
        : element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var value) ? value
        : Refuse<long>($"{_path}{name}", element, "a whole number");

    /// <summary>A number that may be missing; <paramref name="otherwise"/> then.</summary>
    public float Number(string name, float otherwise) => Find(name, Presence.Defaulted) is { } element ? AsNumber($"{_path}{name}", element) : otherwise;

    /// <summary>A number that may be missing or null.</summary>
    public double? OptionalNumber(string name) =>
        Find(name, Presence.Nullable) is not { } element ? null
        : element.ValueKind == JsonValueKind.Number ? element.GetDouble()
        : Refuse<double>($"{_path}{name}", element, "a number");

    /// <summary>An array of numbers that may be missing; <paramref name="otherwise"/> then.</summary>
    public IReadOnlyList<float> Numbers(string name, IReadOnlyList<float> otherwise)
    {
        if (Find(name, Presence.Defaulted) is not { } array)
        {
            return otherwise;
        }

        var numbers = new List<float>();
        foreach (var (path, element) in Elements(name, array))
        {
            numbers.Add(AsNumber(path, element));
        }

        return numbers;
    }

    /// <summary>An array of addresses.</summary>
    public IReadOnlyList<Uri> Addresses(string name)
    {
        var addresses = new List<Uri>();
        foreach (var (path, element) in Elements(name, Find(name, Presence.Required)))
        {
            if (element.ValueKind == JsonValueKind.String && Uri.TryCreate(element.GetString(), UriKind.RelativeOrAbsolute, out var address))
            {
                addresses.Add(address);
            }
            else
            {
                Refuse(path, element, "an address");
            }
        }

        return addresses;
    }

    /// <summary>One of several words, in any case.</summary>
    /// <returns>Its place among them: they are in the order of the enum that they stand for.</returns>
    public int Choice(string name, params string[] words) => AsChoice(name, Find(name, Presence.Required), words) ?? 0;

    /// <summary>One of several words, in any case; may be missing or null.</summary>
    /// <inheritdoc cref="Choice" path="/returns"/>
    public int? OptionalChoice(string name, params string[] words) => AsChoice(name, Find(name, Presence.Nullable), words);

    private static T Read<T>(JsonElement element, string path, Func<ManifestFields, T> read, List<string> problems)
        where T : class
    {
        var isObject = element.ValueKind == JsonValueKind.Object;
        var prefix = path.Length == 0 ? "" : $"{path}.";
        var fields = new ManifestFields(isObject ? element : default, prefix, problems);
        if (!isObject && element.ValueKind != JsonValueKind.Undefined)
        {
            fields.Refuse(path.Length == 0 ? "the manifest" : path, element, "an object");
        }

        var result = read(fields);
        if (isObject)
        {
            foreach (var field in element.EnumerateObject())
            {
                if (!fields._taken.Contains(field.Name))
                {
                    problems.Add($"{prefix}{field.Name} is not a field of a manifest");
                }
            }
        }

        return result;
    }

    /// <summary>Null where the field is missing, or null and may be so; where it has to be there, that is noted.</summary>
    private JsonElement? Find(string name, Presence presence)
    {
        _taken.Add(name);
        if (_object.ValueKind == JsonValueKind.Undefined)
        {
            // That the whole object is missing is noted already.
            return null;
        }

        if (!_object.TryGetProperty(name, out var element))
        {
            if (presence == Presence.Required)
            {
                _problems.Add($"{_path}{name} is missing");
            }

            return null;
        }

        if (element.ValueKind != JsonValueKind.Null)
        {
            return element;
        }

        if (presence != Presence.Nullable)
        {
            _problems.Add($"{_path}{name} is null");
        }

        return null;
    }

    private IEnumerable<(string Path, JsonElement Element)> Elements(string name, JsonElement? array)
    {
        if (array is not { } elements)
        {
            yield break;
        }

        if (elements.ValueKind != JsonValueKind.Array)
        {
            Refuse($"{_path}{name}", elements, "an array");
            yield break;
        }

        for (var i = 0; i < elements.GetArrayLength(); i++)
        {
            yield return ($"{_path}{name}[{i}]", elements[i]);
        }
    }

    private string? AsText(string name, JsonElement? field)
    {
        if (field is not { } element || element.ValueKind == JsonValueKind.String)
        {
            return field?.GetString();
        }

        Refuse($"{_path}{name}", element, "a text");
        return null;
    }

    private int? AsInteger(string name, JsonElement? field) =>
        field is not { } element ? null
        : element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) ? value
        : Refuse<int>($"{_path}{name}", element, "a whole number");

    private float AsNumber(string path, JsonElement element) =>
        element.ValueKind == JsonValueKind.Number ? element.GetSingle() : Refuse<float>(path, element, "a number");

    private int? AsChoice(string name, JsonElement? field, string[] words)
    {
        if (field is not { } element)
        {
            return null;
        }

        var place = element.ValueKind == JsonValueKind.String
            ? Array.FindIndex(words, word => word.Equals(element.GetString(), StringComparison.OrdinalIgnoreCase))
            : -1;
        return place >= 0 ? place : Refuse<int>($"{_path}{name}", element, $"{string.Join(", ", words[..^1])} or {words[^1]}");
    }

    private T Refuse<T>(string path, JsonElement element, string expected)
        where T : struct
    {
        Refuse(path, element, expected);
        return default;
    }

    private void Refuse(string path, JsonElement element, string expected)
    {
        var text = element.GetRawText();
        _problems.Add($"{path} is {(text.Length > LongestQuote ? $"{text[..LongestQuote]}..." : text)}: {expected} is expected");
    }
}
