using System.Net;
using System.Net.Sockets;

namespace Serverless.Testing;

/// <summary>A port of the system's choice, for a program that is asked before it can say where it listens.</summary>
public static class FreePort
{
    /// <summary>One that was free a moment ago.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
