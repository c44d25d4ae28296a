using Newtonsoft.Json;
using Serverless.LocalHost.Worker;
using Serverless.LocalHost.Worker.Protocol;

namespace Serverless.LocalHost.Http;

/// <summary>What the worker is told of an HTTP call by gRPC; the call itself is forwarded to its web server.</summary>
internal static class HttpInvocation
{
    public static InvocationRequest Create(WorkerFunction function, HttpRequest request)
    {
        var invocation = new InvocationRequest
        {
            InvocationId = Guid.NewGuid().ToString(),
            InputData = { new ParameterBinding { Name = function.TriggerName, Data = new TypedData { Http = new RpcHttp() } } },
            TraceContext = TraceContexts.Create(request.Headers.TraceParent, request.Headers.TraceState),
        };
        var metadata = invocation.TriggerMetadata;
        foreach (var (name, value) in request.Query)
            if (!string.Equals(name, "code", StringComparison.OrdinalIgnoreCase))
                metadata[name] = new TypedData { String = value.ToString() };
        foreach (var (name, value) in request.RouteValues)
            metadata[name] = new TypedData { String = value?.ToString() ?? "" };
        // Written as the real host writes them.
        metadata["Query"] = Json(request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));
        metadata["Headers"] = Json(request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));
        return invocation;
    }

    private static TypedData Json(Dictionary<string, string> values) => new() { Json = JsonConvert.SerializeObject(values) };
}
