using System.Text.Json;

namespace Serverless.LocalHost.Http;

/// <summary>What is wrong with a delivery of events. The blob extension would throw at it, which says little to whoever tries the webhook by hand.</summary>
internal static class EventBody
{
    private const string Expected = "a JSON array of Event Grid events or CloudEvents 1.0 is expected";

    private static readonly string[] EventGridFields = ["id", "subject", "eventType", "eventTime", "dataVersion"];
    private static readonly string[] CloudEventFields = ["id", "source", "subject", "type", "time"];

    /// <summary>What is wrong and what would be right; null when nothing is.</summary>
    public static string? Problem(HttpRequest request, byte[] body)
    {
        if (!HttpMethods.IsPost(request.Method))
            return null;
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            // One CloudEvent comes without an array around it.
            List<JsonElement> events = root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : IsCloudEvent(root) ? [root] : [];
            return events.Count == 0 && root.ValueKind != JsonValueKind.Array
                ? $"The body is JSON but no list of events: {Expected}."
                : events.Select(Lack).FirstOrDefault(lack => lack is not null);
        }
        catch (JsonException malformed)
        {
            return $"The body is no JSON ({malformed.Message}): {Expected}.";
        }
    }

    private static string? Lack(JsonElement item, int index)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return $"Item {index + 1} is no event: {Expected}.";
        var isCloudEvent = IsCloudEvent(item);
        List<string> missing = [.. (isCloudEvent ? CloudEventFields : EventGridFields).Where(name => !IsText(item, name))];
        if (!item.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
            missing.Add("data");
        else if (IsText(item, isCloudEvent ? "type" : "eventType") && IsBlobEvent(item, isCloudEvent) && !(IsText(data, "url") && Uri.TryCreate(data.GetProperty("url").GetString(), UriKind.Absolute, out _)))
            missing.Add("data.url");
        return missing.Count == 0 ? null : $"Event {index + 1} lacks {string.Join(", ", missing)} or has it in another form: {Expected}.";
    }

    private static bool IsBlobEvent(JsonElement item, bool isCloudEvent) =>
        item.GetProperty(isCloudEvent ? "type" : "eventType").GetString()!.StartsWith("Microsoft.Storage.Blob", StringComparison.Ordinal);

    private static bool IsCloudEvent(JsonElement item) => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("specversion", out _);

    private static bool IsText(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;
}
