using System.Text.Json;
using Serverless.LocalHost.Tests.Running;

namespace Serverless.LocalHost.Tests.Recordings;

/// <summary>What a caller who leaves and a worker that dies make the host send, beside the recording of the same on a real host.</summary>
public sealed class RestartRecordingTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ACancellationAndANewWorkersStartDifferFromTheRealHostsInWhatIsListedAlone()
    {
        await using (var host = await RunningHost.StartAsync(_folder, "--record", _folder.Record))
        {
            using var leave = new CancellationTokenSource();
            var call = host.Http.GetAsync("/api/classify?gate=1", leave.Token);
            await Eventually.TrueAsync(() => _folder.Entries("http").Count == 1, details: () => host.Output);
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
            await Eventually.TrueAsync(() => _folder.Entries("http-cancelled").Count == 1, details: () => host.Output);
            using var lost = await host.Http.GetAsync("/api/classify?crash=1");
            using var next = await host.Http.GetAsync("/api/health/live");
            await host.StopAsync();
        }
        List<JsonElement> ours = [.. File.ReadLines(_folder.Record).Select(line => JsonElement.Parse(line))];
        List<JsonElement> recorded = [.. File.ReadLines(TestFiles.Fixture("functions-host", "lifecycle-c.jsonl")).Select(line => JsonElement.Parse(line))];

        Assert.Empty(Differences(Sent(recorded, "InvocationCancel").First(), Sent(ours, "InvocationCancel").First()));

        var (theirStart, ourStart) = (SecondStart(recorded), SecondStart(ours));
        Assert.Equal(theirStart.Select(Kind), ourStart.Select(Kind));
        Assert.Empty(Differences(theirStart[0], ourStart[0]));
        for (var i = 1; i < theirStart.Count; i++)
            Assert.Equal(["functionLoadRequest.metadata.properties.IsDisabled: False -> (absent)"], Differences(theirStart[i], ourStart[i]));
    }

    /// <summary>What the host sends to the second worker until its functions are loaded: no question for its functions, they are known.</summary>
    private static List<JsonElement> SecondStart(List<JsonElement> lines)
    {
        var second = lines.Index().Where(line => Kind(line.Item) == "StartStream").ElementAt(1).Index;
        return [.. lines.Skip(second).Where(IsSent).TakeWhile(line => Kind(line) is "WorkerInitRequest" or "FunctionsMetadataRequest" or "FunctionLoadRequest")];
    }

    private static IEnumerable<JsonElement> Sent(List<JsonElement> lines, string kind) => lines.Where(line => IsSent(line) && Kind(line) == kind);

    private static bool IsSent(JsonElement line) => line.TryGetProperty("dir", out var direction) && direction.GetString() == "host->worker";

    private static string? Kind(JsonElement line) => line.TryGetProperty("kind", out var kind) ? kind.GetString() : null;

    private static IEnumerable<string> Differences(JsonElement recorded, JsonElement ours) =>
        Flattened.Differences(Flattened.Of(recorded.GetProperty("message"), "<app>"), Flattened.Of(ours.GetProperty("message"), TestFolder.Worker));
}
