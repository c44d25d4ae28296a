using Serverless.LocalHost.Processes;

namespace Serverless.LocalHost.Tests.Running;

/// <summary>What ends, restarts, breaks: nothing is lost, nothing runs twice, nothing is left behind.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AnOrderlyEndLeavesNothingRunningAndTheNextStartRunsOnlyWhatIsNew()
    {
        await using (var first = await RunningHost.StartAsync(_folder))
        {
            await first.UploadAsync("a.png", "x");
            await DoneAsync(first, "a.png");
            Assert.Equal(0, await first.StopAsync());
            Assert.Equal((false, false), (Liveness.IsAlive(first.WorkerPid), Liveness.IsAlive(first.AzuritePid!.Value)));
            await Assert.ThrowsAsync<HttpRequestException>(() => first.Http.GetAsync("/"));
        }

        await using var second = await RunningHost.StartAsync(_folder);
        await second.UploadAsync("b.png", "x");
        await DoneAsync(second, "b.png");
        Assert.Equal(["a.png", "b.png"], _folder.Names("blob"));
    }

    [Fact]
    public async Task AHostThatIsKilledInTheMiddleOfABlobRunsExactlyThatBlobAfterItsRestart()
    {
        int[] children;
        await using (var first = await RunningHost.StartAsync(_folder))
        {
            await first.UploadAsync("done.png", "x");
            await DoneAsync(first, "done.png");
            await first.UploadAsync("gate.png", "x");
            await Eventually.TrueAsync(() => _folder.Names("blob").Contains("gate.png"), details: () => first.Output);
            await first.KillAsync();
            children = [first.WorkerPid, first.AzuritePid!.Value];
        }

        _folder.OpenGate();
        await using var second = await RunningHost.StartAsync(_folder);
        Assert.DoesNotContain(children, Liveness.IsAlive);
        await DoneAsync(second, "gate.png");
        Assert.Equal(["done.png", "gate.png", "gate.png"], _folder.Names("blob"));
        Assert.Equal(["done.png", "gate.png"], _folder.Names("blob-done"));
    }

    [Fact]
    public async Task ABlobThatRunsWhenTheHostEndsIsFinishedFirst()
    {
        await using var host = await RunningHost.StartAsync(_folder);
        await host.UploadAsync("gate.png", "x");
        await Eventually.TrueAsync(() => _folder.Names("blob").Contains("gate.png"), details: () => host.Output);

        host.PressCtrlC();
        await Eventually.TrueAsync(() => host.Output.Contains("Ending:", StringComparison.Ordinal), details: () => host.Output);
        _folder.OpenGate();

        Assert.Equal(0, await host.EndedAsync());
        Assert.Equal(["gate.png"], _folder.Names("blob-done"));
    }

    [Fact]
    public async Task ABlobWhoseWorkerCrashesIsTriedAgainWithTheNextWorker()
    {
        await using var host = await RunningHost.StartAsync(_folder);
        await host.UploadAsync("crash.png", "x");

        await DoneAsync(host, "crash.png");
        Assert.Equal(["crash.png", "crash.png"], _folder.Names("blob"));
    }

    [Theory]
    [InlineData("crash=1")]
    [InlineData("exit=0")]
    public async Task ACallWhoseWorkerEndsGets500AndTheNextCallIsServedByTheNextWorker(string how)
    {
        await using var host = await RunningHost.StartAsync(_folder);

        using var lost = await host.Http.GetAsync("/api/classify?" + how);
        using var next = await host.Http.GetAsync("/api/health/live");

        Assert.Equal((System.Net.HttpStatusCode.InternalServerError, System.Net.HttpStatusCode.OK), (lost.StatusCode, next.StatusCode));
        Assert.Equal(how == "exit=0", host.Output.Contains("Exit code 0 is not restarted in Azure", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheThirdEndOfTheWorkerEndsTheHost()
    {
        await using var host = await RunningHost.StartAsync(_folder);
        for (var i = 0; i < 3; i++)
            using (await host.Http.GetAsync("/api/classify?exit=3"))
            {
            }

        Assert.Equal(1, await host.EndedAsync());
        Assert.Contains("The worker ended three times within half an hour, last with exit code 3", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStorageThatIsAwayForAWhileCostsNothing()
    {
        using var storageFolder = new TestFolder();
        await using var storage = await RunningHost.StartAsync(storageFolder);
        var (blobPort, queuePort, tablePort) = Ports(storage.Connection);
        string[] ports = ["--blob-port", blobPort, "--queue-port", queuePort, "--table-port", tablePort];
        await using var host = await RunningHost.StartAsync(_folder, [.. ports, "--setting", "AzureFunctionsWebHost__hostid=outage"]);
        Assert.Null(host.AzuritePid);
        await host.UploadAsync("before.png", "x");
        await DoneAsync(host, "before.png");

        Assert.Equal(0, await storage.StopAsync());
        await Eventually.TrueAsync(() => host.Output.Contains("The triggers stopped because the storage did not answer", StringComparison.Ordinal), details: () => host.Output);
        using (var meanwhile = await host.Http.GetAsync("/api/health/live"))
            Assert.Equal(System.Net.HttpStatusCode.OK, meanwhile.StatusCode);

        await using var again = await RunningHost.StartAsync(storageFolder, [.. ports, "--without-images"]);
        await host.UploadAsync("after.png", "x");
        await DoneAsync(host, "after.png");
        Assert.Equal(["before.png", "after.png"], _folder.Names("blob"));
    }

    /// <summary>Waits for the receipt: a host that ends between a function's success and its receipt runs the blob once more.</summary>
    private static Task DoneAsync(RunningHost host, string name) => Eventually.TrueAsync(() => host.HasReceiptAsync(name), name + " has its receipt", details: () => host.Output);

    private static (string Blob, string Queue, string Table) Ports(string connection)
    {
        var parts = connection.Split(';').Select(part => part.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        string Port(string endpoint) => new Uri(parts[endpoint]).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return (Port("BlobEndpoint"), Port("QueueEndpoint"), Port("TableEndpoint"));
    }
}
