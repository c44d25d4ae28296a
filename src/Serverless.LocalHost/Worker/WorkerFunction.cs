using System.Text.Json;
using Serverless.LocalHost.Worker.Protocol;

namespace Serverless.LocalHost.Worker;

/// <summary>A function as the worker told of it.</summary>
internal sealed record WorkerFunction(string Id, string Name, RpcFunctionMetadata Metadata, IReadOnlyList<JsonElement> Bindings)
{
    /// <summary>The binding that starts it.</summary>
    public JsonElement Trigger { get; } = Bindings.FirstOrDefault(binding => Text(binding, "type")?.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase) == true);

    public string? TriggerType => Trigger.ValueKind == JsonValueKind.Object ? Text(Trigger, "type") : null;

    public string TriggerName => Text(Trigger, "name") ?? "";

    public bool IsHttp => IsType("httpTrigger");

    public bool IsBlob => IsType("blobTrigger");

    public bool IsQueue => IsType("queueTrigger");

    public string? TriggerText(string name) => Text(Trigger, name);

    public static WorkerFunction From(RpcFunctionMetadata metadata) => new(
        metadata.FunctionId.Length > 0 ? metadata.FunctionId : metadata.Name,
        metadata.Name,
        metadata,
        [.. metadata.RawBindings.Select(json => JsonElement.Parse(json))]);

    public static string? Text(JsonElement binding, string name)
    {
        foreach (var property in binding.EnumerateObject())
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase) && property.Value.ValueKind == JsonValueKind.String)
                return property.Value.GetString();
        return null;
    }

    private bool IsType(string type) => string.Equals(TriggerType, type, StringComparison.OrdinalIgnoreCase);
}
