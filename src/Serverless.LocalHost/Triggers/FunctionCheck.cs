using System.Text.Json;
using Serverless.LocalHost.AppFolder;
using Serverless.LocalHost.Worker;

namespace Serverless.LocalHost.Triggers;

/// <summary>Says of a function whether this host can serve it, and if not, why.</summary>
internal static class FunctionCheck
{
    /// <summary>The reason why the function does not run, or null when it does.</summary>
    public static string? Problem(WorkerFunction function, AppSettings settings, bool workerServesHttp)
    {
        if (IsDisabled(function.Name, settings))
            return "it is disabled by a setting";
        if (function.TriggerType is null)
            return "it has no trigger";
        foreach (var binding in function.Bindings)
        {
            var type = WorkerFunction.Text(binding, "type") ?? "?";
            if (!IsServed(binding, function))
                return $"this host does not serve its binding \"{type}\" (it serves httpTrigger, blobTrigger and queueTrigger, and http answers)";
        }
        if (function.IsHttp)
            return workerServesHttp ? null : "its worker has no web server (add Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore and ConfigureFunctionsWebApplication)";
        return StorageProblem(function, settings);
    }

    private static bool IsServed(JsonElement binding, WorkerFunction function) =>
        function.TriggerType == WorkerFunction.Text(binding, "type") && (function.IsHttp || function.IsBlob || function.IsQueue)
        || function.IsHttp && string.Equals(WorkerFunction.Text(binding, "type"), "http", StringComparison.OrdinalIgnoreCase);

    private static string? StorageProblem(WorkerFunction function, AppSettings settings)
    {
        var place = function.TriggerText(function.IsBlob ? "path" : "queueName") ?? "";
        if (settings.Resolve(place, out var missing) is null)
            return $"the setting {missing}, which its trigger \"{place}\" needs, is missing";
        if (settings.Resolve(ConnectionName(function), out missing) is not { } connection)
            return $"the setting {missing}, which the connection of its trigger needs, is missing";
        if (settings.Connection(connection) is null)
            return $"the setting {connection}, its storage connection string, is missing";
        if (function.IsBlob && !IsDeferred(function.Trigger))
            return "its blob comes as bytes through the host (update Microsoft.Azure.Functions.Worker.Extensions.Storage.Blobs to 6.0 or newer)";
        return null;
    }

    public static string ConnectionName(WorkerFunction function) =>
        function.TriggerText("connection") is { Length: > 0 } named ? named : "AzureWebJobsStorage";

    public static bool IsDeferred(JsonElement trigger) =>
        trigger.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        && string.Equals(WorkerFunction.Text(properties, "supportsDeferredBinding"), "True", StringComparison.OrdinalIgnoreCase);

    private static bool IsDisabled(string name, AppSettings settings)
    {
        var value = settings[$"AzureWebJobs.{name}.Disabled"] ?? settings[$"AzureWebJobs_{name}_Disabled"];
        return value == "1" || string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
    }
}
