using System.Text.Json;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;
using Serverless.LocalHost.Worker;

namespace Serverless.LocalHost.Http;

/// <summary>The routes of the HTTP functions. They become known after the server has started, hence a source of endpoints that can change.</summary>
internal sealed class FunctionRoutes : EndpointDataSource
{
    private IReadOnlyList<Endpoint> _endpoints = [];
    private StopSignal _outdated = new();

    public override IReadOnlyList<Endpoint> Endpoints => _endpoints;

    public override IChangeToken GetChangeToken() => new CancellationChangeToken(_outdated.Token);

    public void Set(IEnumerable<HttpFunction> functions, Func<HttpFunction, RequestDelegate> handler)
    {
        _endpoints = [.. functions.Select(function => Endpoint(function, handler(function)))];
        Interlocked.Exchange(ref _outdated, new StopSignal()).Give();
    }

    private static Endpoint Endpoint(HttpFunction function, RequestDelegate handler)
    {
        var endpoint = new RouteEndpointBuilder(handler, Pattern(function), order: 0) { DisplayName = function.Function.Name };
        endpoint.Metadata.Add(function);
        if (function.Methods.Count > 0)
            endpoint.Metadata.Add(new HttpMethodMetadata(function.Methods));
        return endpoint.Build();
    }

    private static RoutePattern Pattern(HttpFunction function)
    {
        try
        {
            return RoutePatternFactory.Parse(function.Route);
        }
        catch (RoutePatternException problem)
        {
            throw new LocalHostException($"The route \"{function.Route}\" of the function {function.Function.Name} is not valid: {problem.Message}", problem);
        }
    }
}

/// <summary>Who may call a function.</summary>
internal enum AuthLevel
{
    Anonymous,
    Function,
    Admin,
}

/// <summary>An HTTP function with what its trigger says: the route with the prefix and without a leading slash, the methods in capitals (none stands for all).</summary>
internal sealed record HttpFunction(WorkerFunction Function, string Route, IReadOnlyList<string> Methods, AuthLevel Level)
{
    public static HttpFunction From(WorkerFunction function, string prefix)
    {
        var route = (function.TriggerText("route") is { Length: > 0 } named ? named : function.Name).TrimStart('/');
        List<string> methods = [];
        if (function.Trigger.TryGetProperty("methods", out var list) && list.ValueKind == JsonValueKind.Array)
            methods.AddRange(list.EnumerateArray().Select(method => method.GetString()!.ToUpperInvariant()));
        var level = Enum.TryParse<AuthLevel>(function.TriggerText("authLevel"), ignoreCase: true, out var known) ? known : AuthLevel.Function;
        return new HttpFunction(function, prefix.Length == 0 ? route : $"{prefix}/{route}", methods, level);
    }
}
