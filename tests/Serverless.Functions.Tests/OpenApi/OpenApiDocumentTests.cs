using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.OpenApi;
using Serverless.Functions.Tests.HttpProblems;

namespace Serverless.Functions.Tests.OpenApi;

public class OpenApiDocumentTests
{
    private static readonly JsonElement Api = JsonDocument.Parse(OpenApiDocument.Json).RootElement;

    public static TheoryData<string, string> Routes => new(Functions().SelectMany(function =>
        function.Trigger.Methods!.Select(method => ("/" + function.Trigger.Route!.Replace("{*", "{", StringComparison.Ordinal), method))));

    public static TheoryData<string> Codes => [.. ErrorKinds.All.Select(kind => kind.Code)];

    [Theory]
    [MemberData(nameof(Routes))]
    public void EveryRouteIsDescribed(string route, string method) => Assert.True(
        Api.GetProperty("paths").TryGetProperty(route, out var path) && path.TryGetProperty(method, out _));

    [Fact]
    public void EveryDescribedRouteIsThere() => Assert.Equal(
        Functions().SelectMany(function => function.Trigger.Methods!.Select(method => $"{method} /{function.Trigger.Route!.Replace("{*", "{", StringComparison.Ordinal)}")).Order(),
        Api.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name} {path.Name}")).Order());

    [Fact]
    public void OnlyHealthAndTheContractAreOpenToEverybody() => Assert.Equal(
        ["HealthLive", "HealthReady", "OpenApi"],
        Functions().Where(function => function.Trigger.AuthLevel == AuthorizationLevel.Anonymous).Select(function => function.Name).Order());

    [Fact]
    public void WhatIsOpenIsDescribedAsOpen() => Assert.Equal(
        ["/health/live", "/health/ready", "/openapi.json"],
        Api.GetProperty("paths").EnumerateObject()
            .Where(path => path.Value.EnumerateObject().Any(method => method.Value.TryGetProperty("security", out var none) && none.GetArrayLength() == 0))
            .Select(path => path.Name).Order());

    [Theory]
    [MemberData(nameof(Codes))]
    public void EveryCodeIsListed(string code) => Assert.Contains(
        code, Api.GetProperty("components").GetProperty("schemas").GetProperty("Problem").GetProperty("properties").GetProperty("code").GetProperty("enum")
            .EnumerateArray().Select(value => value.GetString()));

    [Theory]
    [MemberData(nameof(Codes))]
    public void EveryCodeIsDescribedAtAResponseOfItsStatus(string code)
    {
        var status = ErrorKinds.All.Single(kind => kind.Code == code).HttpStatus.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var described = Api.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .Select(method => method.Value.GetProperty("responses"))
            .Where(responses => responses.TryGetProperty(status, out var response) && response.TryGetProperty("$ref", out _))
            .Select(responses => responses.GetProperty(status).GetProperty("$ref").GetString()!.Split('/')[^1])
            .Select(name => Api.GetProperty("components").GetProperty("responses").GetProperty(name).GetProperty("description").GetString()!);
        Assert.Contains(described, description => description.Contains($"`{code}`", StringComparison.Ordinal));
    }

    [Fact]
    public void TheResultDocumentsSchemaIsTheOneOfTheRepository()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(TestFiles.InRepository("docs", "result.schema.json")));

        Assert.True(JsonElement.DeepEquals(schema.RootElement, Api.GetProperty("components").GetProperty("schemas").GetProperty("ResultDocument")));
    }

    [Fact]
    public void EveryReferenceLeadsSomewhere() => Assert.All(References(Api), reference => Assert.Equal(
        JsonValueKind.Object, reference.TrimStart('#', '/').Split('/').Aggregate(Api, (node, name) => node.GetProperty(name)).ValueKind));

    private static IEnumerable<(string Name, HttpTriggerAttribute Trigger)> Functions() =>
        from type in typeof(OpenApiFunction).Assembly.GetTypes()
        from method in type.GetMethods()
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where trigger is not null
        select (function.Name, trigger);

    private static IEnumerable<string> References(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Object => node.EnumerateObject().SelectMany(property =>
            property is { Name: "$ref", Value.ValueKind: JsonValueKind.String } ? [property.Value.GetString()!] : References(property.Value)),
        JsonValueKind.Array => node.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
