using System.Net;
using System.Net.Sockets;

namespace Serverless.EndToEnd.Tests;

/// <summary>Starting and ending: clear refusals, and nothing left behind.</summary>
public class LifetimeTests
{
    [Fact]
    public async Task CtrlCEndsEverythingThatWasStarted()
    {
        using var storage = new TemporaryFolder();
        await using var app = await LocalApp.StartAsync(storage.Path);
        int[] processes = [app.HostPid, app.WorkerPid, app.AzuritePid!.Value];
        int[] ports = [app.Http.BaseAddress!.Port, app.Storage.Uri.Port];
        Assert.All(processes, pid => Assert.True(LocalApp.IsAlive(pid)));

        Assert.Equal(0, await app.StopAsync());

        Assert.All(processes, pid => Assert.False(LocalApp.IsAlive(pid), $"process {pid} still runs"));
        Assert.All(ports, port => Assert.True(IsFree(port), $"somebody still listens on port {port}"));
    }

    [Fact]
    public async Task ABusyPortIsNamedWithWhatToDo()
    {
        using var storage = new TemporaryFolder();
        using var occupier = new TcpListener(IPAddress.Loopback, 0);
        occupier.Start();
        var port = ((IPEndPoint)occupier.LocalEndpoint).Port;

        var (exitCode, output) = await LocalApp.RunToEndAsync(
            "--app", TestFiles.InRepository("artifacts", "app"), "--port", $"{port}", "--blob-port", "0", "--queue-port", "0", "--table-port", "0",
            "--azurite", TestFiles.InRepository("node_modules", ".bin", "azurite"), "--storage-folder", storage.Path);

        Assert.NotEqual(0, exitCode);
        Assert.Contains($"{port}", output, StringComparison.Ordinal);
        Assert.Contains("--port", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongSettingsAreAllNamedAndTheHostEnds()
    {
        using var storage = new TemporaryFolder();

        var (exitCode, output) = await LocalApp.RunToEndAsync(
            "--app", TestFiles.InRepository("artifacts", "app"), "--port", "0", "--blob-port", "0", "--queue-port", "0", "--table-port", "0",
            "--azurite", TestFiles.InRepository("node_modules", ".bin", "azurite"), "--storage-folder", storage.Path,
            "--settings", TestFiles.InRepository("local.settings.sample.json"),
            "--setting", "Classifier__Model=absent", "--setting", "Classifier__MaxPixels=0", "--setting", "Classifier__Device=cuda");

        Assert.NotEqual(0, exitCode);
        Assert.All(["Classifier__Model", "Classifier__MaxPixels", "Classifier__Device"], setting => Assert.Contains(setting, output, StringComparison.Ordinal));
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
