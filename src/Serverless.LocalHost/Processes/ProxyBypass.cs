namespace Serverless.LocalHost.Processes;

/// <summary>
/// Behind a proxy (<c>HTTP_PROXY</c>) even calls to this machine's own Azurite and worker would be sent to it: .NET leaves them out only when
/// <c>NO_PROXY</c> names them. Children inherit what is set here.
/// </summary>
internal static class ProxyBypass
{
    private static readonly string[] Names = ["no_proxy", "NO_PROXY"];

    public static void AddLoopback()
    {
        foreach (var name in Names)
            Environment.SetEnvironmentVariable(name, WithLoopback(Environment.GetEnvironmentVariable(name)));
    }

    internal static string WithLoopback(string? list)
    {
        var hosts = (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join(',', hosts.Union(["localhost", "127.0.0.1"], StringComparer.OrdinalIgnoreCase));
    }
}
