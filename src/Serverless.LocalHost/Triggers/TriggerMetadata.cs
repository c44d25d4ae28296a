using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Microsoft.Azure.WebJobs;
using Newtonsoft.Json;
using Serverless.LocalHost.Worker.Protocol;

namespace Serverless.LocalHost.Triggers;

/// <summary>
/// Values of the WebJobs SDK as the worker gets them. Newtonsoft.Json, because the real host writes them with it and a worker sees the difference
/// (names, times, an ETag as <c>{}</c>).
/// </summary>
internal static class TriggerMetadata
{
    public static void Add(MapField<string, TypedData> metadata, IReadOnlyDictionary<string, object> bindingData)
    {
        foreach (var (name, value) in bindingData)
            if (value is not null && name is not "sys")
                metadata[name] = Value(value);
    }

    /// <summary>
    /// A message that is a JSON object also gives its own properties, lists aside, as the real host adds them for workers
    /// (Azure/azure-functions-host 89dc438d, Utility.ApplyBindingData).
    /// </summary>
    public static void AddProperties(MapField<string, TypedData> metadata, string message)
    {
        if (!message.AsSpan().TrimStart().StartsWith('{'))
            return;
        try
        {
            using var document = JsonDocument.Parse(message);
            foreach (var property in document.RootElement.EnumerateObject())
                if (property.Value.ValueKind == JsonValueKind.Object)
                    metadata[property.Name] = new TypedData { Json = property.Value.GetRawText() };
                else if (property.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
                    metadata[property.Name] = new TypedData { String = property.Value.ToString() };
        }
        catch (System.Text.Json.JsonException)
        {
            // It only looks like JSON.
        }
    }

    public static TypedData Value(object value) => value switch
    {
        string text => new TypedData { String = text },
        byte[] bytes => new TypedData { Bytes = ByteString.CopyFrom(bytes) },
        ParameterBindingData data => new TypedData
        {
            ModelBindingData = new ModelBindingData
            {
                Version = data.Version,
                Source = data.Source,
                ContentType = data.ContentType,
                Content = ByteString.CopyFrom(data.Content),
            },
        },
        _ => new TypedData { Json = JsonConvert.SerializeObject(value) },
    };
}
