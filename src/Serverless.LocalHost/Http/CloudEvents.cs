using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.LocalHost.Http;

/// <summary>Event Grid delivers in its own schema or as CloudEvents 1.0; the blob extension reads the former, so the latter is rewritten.</summary>
internal static class CloudEvents
{
    /// <summary>The answer to the question whether this webhook wants events, as CloudEvents' HTTP webhooks ask it.</summary>
    public static bool TryAllow(HttpContext context)
    {
        if (!HttpMethods.IsOptions(context.Request.Method) || context.Request.Headers["WebHook-Request-Origin"] is not [{ } origin])
            return false;
        context.Response.Headers["WebHook-Allowed-Origin"] = origin;
        context.Response.Headers["WebHook-Allowed-Rate"] = "*";
        return true;
    }

    /// <summary>The same events in Event Grid's schema, or null when they are no CloudEvents.</summary>
    public static byte[]? ToEventGrid(ReadOnlySpan<byte> body)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
        List<JsonNode?> events = root is JsonArray list ? [.. list] : [root];
        if (events.Count == 0 || events.Any(item => item is not JsonObject { } cloud || !cloud.ContainsKey("specversion")))
            return null;
        var converted = new JsonArray([.. events.Select(item => (JsonNode)new JsonObject
        {
            ["id"] = item!["id"]?.DeepClone(),
            ["topic"] = item["source"]?.DeepClone(),
            ["subject"] = item["subject"]?.DeepClone(),
            ["eventType"] = item["type"]?.DeepClone(),
            ["eventTime"] = item["time"]?.DeepClone(),
            ["dataVersion"] = "",
            ["data"] = item["data"]?.DeepClone(),
        })]);
        return Encoding.UTF8.GetBytes(converted.ToJsonString());
    }
}
