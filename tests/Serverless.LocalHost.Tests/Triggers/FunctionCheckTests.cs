using Serverless.LocalHost.AppFolder;
using Serverless.LocalHost.Triggers;
using Serverless.LocalHost.Worker;
using Serverless.LocalHost.Worker.Protocol;

namespace Serverless.LocalHost.Tests.Triggers;

public class FunctionCheckTests
{
    private const string Deferred = """ "properties":{"supportsDeferredBinding":"True"} """;
    private const string Blob = """{"name":"blob","type":"blobTrigger","direction":"In","path":"%Images%/{name}","connection":"Storage", """ + Deferred + "}";
    private const string Http = """{"name":"req","type":"httpTrigger","direction":"In","authLevel":"Function"}""";
    private const string HttpOut = """{"name":"$return","type":"http","direction":"Out"}""";

    private static readonly Dictionary<string, string> Complete = new() { ["Images"] = "images", ["Storage"] = "AccountName=x" };

    [Theory]
    [InlineData(Blob)]
    [InlineData(Http, HttpOut)]
    [InlineData("""{"name":"m","type":"queueTrigger","direction":"In","queueName":"jobs","connection":"Storage"}""")]
    public void WhatIsServedHasNoProblem(params string[] bindings) => Assert.Null(Problem(Complete, bindings));

    [Theory]
    [InlineData("binding \"timerTrigger\"", """{"name":"t","type":"timerTrigger","direction":"In","schedule":"* * * * * *"}""")]
    [InlineData("binding \"queue\"", Http, """{"name":"q","type":"queue","direction":"Out","queueName":"x"}""")]
    [InlineData("its blob comes as bytes", """{"name":"blob","type":"blobTrigger","direction":"In","path":"images/{name}","connection":"Storage"}""")]
    [InlineData("it has no trigger", HttpOut)]
    public void WhatIsNotServedIsSaid(string expected, params string[] bindings) =>
        Assert.Contains(expected, Problem(Complete, bindings), StringComparison.Ordinal);

    [Theory]
    [InlineData("Images", "the setting Images")]
    [InlineData("Storage", "the setting Storage")]
    public void AMissingSettingIsNamed(string missing, string expected) =>
        Assert.Contains(expected, Problem(Complete.Where(pair => pair.Key != missing), Blob), StringComparison.Ordinal);

    [Theory]
    [InlineData("AzureWebJobs.F.Disabled", "true")]
    [InlineData("AzureWebJobs_F_Disabled", "1")]
    public void AFunctionCanBeDisabledByASetting(string name, string value) =>
        Assert.Equal("it is disabled by a setting", Problem(Complete.Append(KeyValuePair.Create(name, value)), Blob));

    [Fact]
    public void AnHttpFunctionNeedsAWorkerWithAWebServer() =>
        Assert.Contains("Http.AspNetCore", FunctionCheck.Problem(Function(Http), new AppSettings(Complete), workerServesHttp: false), StringComparison.Ordinal);

    private static string? Problem(IEnumerable<KeyValuePair<string, string>> settings, params string[] bindings) =>
        FunctionCheck.Problem(Function(bindings), new AppSettings(settings), workerServesHttp: true);

    private static WorkerFunction Function(params string[] bindings) => WorkerFunction.From(new RpcFunctionMetadata { Name = "F", FunctionId = "1", RawBindings = { bindings } });
}
