using System.Net;
using System.Net.Sockets;

namespace Serverless.LocalHost.Storage;

/// <summary>What answers on a port.</summary>
internal enum PortUse
{
    Free,
    Azurite,
    SomethingElse,
}

/// <summary>Looks at the ports that Azurite should have.</summary>
internal static class AzuritePorts
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Looks for the <c>Blob</c>, <c>Queue</c> or <c>Table</c> service: each is a server of its own and says so.</summary>
    public static async Task<PortUse> LookAsync(int port, string service)
    {
        if (port == 0 || !await AcceptsAsync(port))
            return PortUse.Free;
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/devstoreaccount1?comp=list"));
            return response.Headers.TryGetValues("Server", out var server) && server.Any(name => name.StartsWith("Azurite-" + service, StringComparison.OrdinalIgnoreCase))
                ? PortUse.Azurite
                : PortUse.SomethingElse;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return PortUse.SomethingElse;
        }
    }

    private static async Task<bool> AcceptsAsync(int port)
    {
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
