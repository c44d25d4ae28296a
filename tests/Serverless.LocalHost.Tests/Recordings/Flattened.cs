using System.Text.Json;
using System.Text.RegularExpressions;

namespace Serverless.LocalHost.Tests.Recordings;

/// <summary>
/// A message as path and value of each of its leaves, JSON inside of texts included, with what differs from run to run (ids, ports, times, folders,
/// the worker's name) replaced by what it is.
/// </summary>
internal static partial class Flattened
{
    private static readonly string[] JsonTexts = ["json", "rawBindings"];

    public static SortedDictionary<string, string> Of(JsonElement message, string appFolder)
    {
        var leaves = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add("", message, leaves, appFolder);
        leaves.Remove("requestId");
        return leaves;
    }

    /// <summary>What one has and the other has not, or has differently.</summary>
    public static IEnumerable<string> Differences(SortedDictionary<string, string> recorded, SortedDictionary<string, string> ours)
    {
        foreach (var path in recorded.Keys.Union(ours.Keys).Order(StringComparer.Ordinal))
        {
            var (theirs, mine) = (recorded.GetValueOrDefault(path), ours.GetValueOrDefault(path));
            if (theirs != mine)
                yield return $"{path}: {theirs ?? "(absent)"} -> {mine ?? "(absent)"}";
        }
    }

    private static void Add(string path, JsonElement element, SortedDictionary<string, string> leaves, string appFolder)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when element.EnumerateObject().Any():
                foreach (var property in element.EnumerateObject())
                    Add(path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value, leaves, appFolder);
                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in element.EnumerateArray().Index())
                    Add($"{path}[{index}]", item, leaves, appFolder);
                break;
            case JsonValueKind.String when JsonTexts.Contains(path[(path.LastIndexOf('.') + 1)..]):
                var inner = JsonElement.Parse(element.GetString()!);
                if (inner.ValueKind == JsonValueKind.String)
                    goto default;
                Add(path, inner, leaves, appFolder);
                break;
            case JsonValueKind.String when path.EndsWith("modelBindingData.content", StringComparison.Ordinal):
                Add(path, JsonElement.Parse(element.GetBytesFromBase64()), leaves, appFolder);
                break;
            default:
                leaves[path] = path.EndsWith("PopReceipt.string", StringComparison.Ordinal) ? "<receipt>" : Plain(path[(path.LastIndexOf('.') + 1)..], element.ToString(), appFolder);
                break;
        }
    }

    public static string Plain(string name, string value, string appFolder)
    {
        value = value.Replace(appFolder, "<app>", StringComparison.Ordinal);
        value = Guid().Replace(value, "<id>");
        value = Port().Replace(value, "$1:<port>");
        value = Worker().Replace(value, "<worker>");
        value = TraceParent().Replace(value, "<traceparent>");
        if (!value.StartsWith("0001-", StringComparison.Ordinal))
            value = Time().Replace(value, "<time>");
        return name switch
        {
            "functionId" or "FunctionId" => "<function>",
            "ContentHash" => "<hash>",
            _ => value,
        };
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Guid();

    [GeneratedRegex(@"(127\.0\.0\.1|localhost):[0-9]+")]
    private static partial Regex Port();

    // The names of the two workers, with what they call their classes.
    [GeneratedRegex(@"WorkerMin(\.Functions)?|Serverless\.LocalHost\.TestWorker(\.[A-Z][a-z]+Functions)?")]
    private static partial Regex Worker();

    [GeneratedRegex("^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")]
    private static partial Regex TraceParent();

    [GeneratedRegex(@"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+\+00:00")]
    private static partial Regex Time();
}
