using System.Text.Json;

namespace Serverless.LocalHost.AppFolder;

/// <summary>JSON with comments, as people write settings, turned into configuration keys (<c>a:b:0</c>).</summary>
internal static class JsonSettings
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static JsonDocument Parse(string json, string file)
    {
        try
        {
            var document = JsonDocument.Parse(json, Lenient);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (JsonException error)
        {
            throw new LocalHostException($"{file} is not valid JSON: {error.Message}", error);
        }
        throw new LocalHostException($"{file} should hold a JSON object.");
    }

    public static Dictionary<string, string?> Flatten(string json, string file)
    {
        using var document = Parse(json, file);
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        Add(document.RootElement, "", values);
        return values;
    }

    private static void Add(JsonElement element, string key, Dictionary<string, string?> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                    Add(property.Value, Join(key, property.Name), values);
                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in element.EnumerateArray().Index())
                    Add(item, Join(key, index.ToString(System.Globalization.CultureInfo.InvariantCulture)), values);
                break;
            case JsonValueKind.Null:
                break;
            default:
                values[key] = element.ToString();
                break;
        }
    }

    private static string Join(string key, string name) => key.Length == 0 ? name : key + ":" + name;
}
