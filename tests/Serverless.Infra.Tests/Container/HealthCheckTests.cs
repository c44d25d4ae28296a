using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Serverless.Infra.Tests.Container;

/// <summary>The health check of the image, against a real listener.</summary>
public class HealthCheckTests
{
    [Theory]
    [InlineData("200 OK", 0)]
    [InlineData("503 Service Unavailable", 1)]
    [InlineData("404 Not Found", 1)]
    public async Task TheContainerIsAsHealthyAsTheApp(string answer, int exitCode)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var check = RunAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var buffer = new byte[4096];
        var length = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n"), TestContext.Current.CancellationToken);

        Assert.Equal(exitCode, (await check).ExitCode);
        Assert.StartsWith("GET /api/health/live HTTP/1.1\r\n", Encoding.ASCII.GetString(buffer, 0, length), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAppThatDoesNotListenIsNotHealthy() => Assert.NotEqual(0, (await RunAsync(FreePort.Next())).ExitCode);

    private static Task<Command> RunAsync(int port) =>
        Command.RunAsync(TestFiles.InRepository("infra", "container", "health-check"), [port.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
}
