using System.Text.Json;
using Serverless.LocalHost.Tests.Running;

namespace Serverless.LocalHost.Tests.Recordings;

/// <summary>
/// What our host sends beside what a real one sent to the same kind of worker (tests/fixtures/functions-host), message by message and header by header.
/// Every difference stands here, and in docs/decisions/local-host.md.
/// </summary>
public sealed class RecordingTests(RecordedSession session) : IClassFixture<RecordedSession>
{
    [Fact]
    public void TheMessagesComeInTheOrderOfTheRealHost() =>
        Assert.Equal(RecordedSession.Recorded("session.jsonl").Select(Label), WithoutMiddleTries(session.Sent).Select(Label));

    public static TheoryData<int, string[]> Messages => new()
    {
        { 0, [] }, // WorkerInitRequest
        { 1, [] }, // FunctionsMetadataRequest
        { 2, [] }, // FunctionLoadRequest classify
        { 3, [] }, // FunctionLoadRequest ClassifyBlob
        { 4, [] }, // FunctionLoadRequest FromQueue
        { 5, [] }, // FunctionLoadRequest health
        { 6, [Trace] }, // GET
        { 7, [Trace] }, // POST
        { 8, [Trace, NewBlobProperty] }, // sub/ok.png
        { 9, [Trace, NewBlobProperty] }, // fail.png, first try
        { 10, [Trace, NewBlobProperty] }, // fail.png, last try
        { 11, [Trace] }, // queue message
        { 12, [] }, // WorkerTerminate
    };

    /// <summary>The recorded host had no Application Insights and so sent no trace context; hosts in Azure do.</summary>
    private const string Trace = "invocationRequest.traceContext: {} -> (absent)|invocationRequest.traceContext.traceParent: (absent) -> <traceparent>";

    /// <summary>A newer version of Azure.Storage.Blobs knows one property more.</summary>
    private const string NewBlobProperty = "invocationRequest.triggerMetadata.Properties.json.SmartAccessTier: (absent) -> ";

    [Theory]
    [MemberData(nameof(Messages))]
    public void AMessageDiffersFromTheRealHostsInWhatIsListedAlone(int index, string[] listed)
    {
        var recorded = Flattened.Of(RecordedSession.Recorded("session.jsonl")[index].GetProperty("message"), "<app>");
        var ours = Flattened.Of(WithoutMiddleTries(session.Sent)[index].GetProperty("message"), TestFolder.Worker);

        Assert.Equal(listed.SelectMany(text => text.Split('|')).Order(StringComparer.Ordinal), Flattened.Differences(recorded, ours).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public void AForwardedCallArrivesWithTheHeadersOfTheRealHost(string method) =>
        Assert.Equal(RecordedHeaders("raw-http", method), Headers(session.RawCalls, method));

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public void AFunctionSeesTheHeadersThatItSeesOnTheRealHost(string method) =>
        Assert.Equal(RecordedHeaders("http", method), Headers(session.Calls, method));

    [Fact]
    public void TheWorkerIsStartedWithTheCommandLineOfTheRealHost()
    {
        Assert.SkipUnless(session.Worker.HasValue, "a process's command line is read from /proc");
        using var recorded = JsonDocument.Parse(File.ReadAllText(TestFiles.Fixture("functions-host", "worker-process.json")));
        var expected = recorded.RootElement.GetProperty("commandLine").EnumerateArray().Select(argument => Argument(argument.GetString()!, "<app>"));

        Assert.Equal(expected, session.Worker.Value.Command.Select(argument => Argument(argument, TestFolder.Worker)));
        Assert.Equal(TestFolder.Worker, session.Worker.Value.Folder);
    }

    [Fact]
    public void TheWorkerGetsTheEnvironmentThatTheRealHostAdds()
    {
        Assert.SkipUnless(session.Worker.HasValue, "a process's environment is read from /proc");
        using var recorded = JsonDocument.Parse(File.ReadAllText(TestFiles.Fixture("functions-host", "worker-process.json")));
        var expected = recorded.RootElement.GetProperty("environmentAddedOrChangedByHost").EnumerateObject().Select(variable => $"{variable.Name}={variable.Value}");

        Assert.Superset(expected.ToHashSet(), session.Worker.Value.Environment.Select(variable => variable.Replace(TestFolder.Worker, "<app>", StringComparison.Ordinal)).ToHashSet());
    }

    private static string Label(JsonElement line)
    {
        var message = line.GetProperty("message");
        return line.GetProperty("kind").GetString() + " " + (
            message.TryGetProperty("functionLoadRequest", out var load) ? load.GetProperty("metadata").GetProperty("name").GetString()
            : message.TryGetProperty("invocationRequest", out var invocation) ? invocation.GetProperty("inputData")[0].GetProperty("name").GetString()
            : "");
    }

    /// <summary>Of the five tries of the failing blob the recording keeps the first and the last.</summary>
    private static List<JsonElement> WithoutMiddleTries(IReadOnlyList<JsonElement> sent)
    {
        var tries = sent.Index().Where(line => line.Item.GetProperty("message").ToString().Contains("images/fail.png", StringComparison.Ordinal)).Select(line => line.Index).ToList();
        Assert.Equal(5, tries.Count);
        return [.. sent.Index().Where(line => !tries[1..4].Contains(line.Index)).Select(line => line.Item)];
    }

    private static SortedDictionary<string, string> RecordedHeaders(string kind, string method)
    {
        using var recorded = JsonDocument.Parse(File.ReadAllText(TestFiles.Fixture("functions-host", "http-forwarded-headers.json")));
        var headers = recorded.RootElement.GetProperty("entries").EnumerateArray()
            .First(entry => entry.GetProperty("kind").GetString() == kind && entry.GetProperty("o").GetProperty("Method").GetString() == method)
            .GetProperty("o").GetProperty("headers").EnumerateArray();
        return new(headers.ToDictionary(header => header.GetProperty("Key").GetString()!, header => Flattened.Plain("", header.GetProperty("Value").GetString()!, "<app>")), StringComparer.Ordinal);
    }

    private static SortedDictionary<string, string> Headers(IReadOnlyList<JsonElement> calls, string method)
    {
        var headers = calls.First(call => call.GetProperty("Method").GetString() == method).GetProperty("headers").EnumerateObject();
        return new(headers.ToDictionary(header => header.Name, header => Flattened.Plain("", header.Value.GetString()!, TestFolder.Worker)), StringComparer.Ordinal);
    }

    private static string Argument(string argument, string appFolder) =>
        argument.All(char.IsAsciiDigit) && argument != "2147483647" ? "<port>" : Flattened.Plain("", argument, appFolder);
}
