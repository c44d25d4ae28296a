using System.Globalization;
using System.Text.Json;

namespace Serverless.Classifier.Models;

/// <summary>The name of one class.</summary>
/// <param name="ClassId">Identifier, for ImageNet the WordNet id; null where the label file has none.</param>
/// <param name="Name">What a person calls it.</param>
public readonly record struct Label(string? ClassId, string Name);

/// <summary>Reads the labels of a model, in the order of the network's output.</summary>
public static class Labels
{
    /// <summary>
    /// Reads a label file: an array of names (<c>["airplane", "automobile"]</c>), or Keras's class index
    /// (<c>{"0": ["n01440764", "tench"], "1": ...}</c>, the keys 0 to n-1 in any order).
    /// </summary>
    /// <exception cref="InvalidDataException">The file has neither form; the message says where.</exception>
    public static IReadOnlyList<Label> Read(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            using var document = JsonDocument.Parse(stream);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Array => ReadNames(document.RootElement),
                JsonValueKind.Object => ReadClassIndex(document.RootElement),
                _ => throw new InvalidDataException("an array of names or an object like Keras's class index is expected"),
            };
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"not JSON (line {exception.LineNumber + 1})", exception);
        }
    }

    private static Label[] ReadNames(JsonElement array)
    {
        var labels = new Label[array.GetArrayLength()];
        foreach (var (index, element) in array.EnumerateArray().Index())
        {
            labels[index] = new Label(null, Text(element, $"entry {index}"));
        }

        return labels;
    }

    private static Label[] ReadClassIndex(JsonElement index)
    {
        var labels = new Label[index.EnumerateObject().Count()];
        foreach (var field in index.EnumerateObject())
        {
            var (key, entry) = (field.Name, field.Value);
            if (entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 2)
            {
                throw new InvalidDataException($"class {key} is not a pair of identifier and name");
            }

            if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < labels.Length)
            {
                labels[place] = new Label(Text(entry[0], $"the identifier of class {key}"), Text(entry[1], $"the name of class {key}"));
            }
        }

        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i].Name is null)
            {
                throw new InvalidDataException($"{labels.Length} classes but none with the key \"{i}\"");
            }
        }

        return labels;
    }

    private static string Text(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text
            ? text
            : throw new InvalidDataException($"{what} is not a text");
}
