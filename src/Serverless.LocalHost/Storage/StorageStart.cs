using Serverless.LocalHost.AppFolder;

namespace Serverless.LocalHost.Storage;

/// <summary>Decides where the app's storage is: what its setting names, an Azurite that runs already, or one of our own.</summary>
internal sealed partial class StorageStart(LocalHostOptions options, ILogger<StorageStart> logger)
{
    /// <summary>Finds the storage, or has <paramref name="startOwn"/> start an Azurite of our own.</summary>
    /// <exception cref="LocalHostException">A port is busy, or the setting is wrong.</exception>
    public async Task<StorageAccount> FindAsync(AppSettings settings, Func<Task<StorageAccount>> startOwn)
    {
        if (settings["AzureWebJobsStorage"] is { Length: > 0 } connection && !AppSettings.IsDevelopmentStorage(connection))
        {
            if (!connection.Contains('=', StringComparison.Ordinal))
                throw new LocalHostException("The setting AzureWebJobsStorage is not a connection string; UseDevelopmentStorage=true stands for Azurite on this machine.");
            return new StorageAccount(connection);
        }
        (string Service, int Port, string Option)[] ports =
        [
            ("Blob", options.BlobPort, "--blob-port"), ("Queue", options.QueuePort, "--queue-port"), ("Table", options.TablePort, "--table-port"),
        ];
        var uses = await Task.WhenAll(ports.Select(port => AzuritePorts.LookAsync(port.Port, port.Service)));
        for (var i = 0; i < ports.Length; i++)
            if (uses[i] == PortUse.SomethingElse)
                throw new LocalHostException($"Port {ports[i].Port}, where Azurite's {ports[i].Service} service should be, is in use by another program; end it, or choose another port with {ports[i].Option} (0 takes any free one).");

        if (uses[0] == PortUse.Azurite && uses[1] == PortUse.Azurite)
        {
            LogFound(options.BlobPort, options.QueuePort);
            return StorageAccount.Development(options.BlobPort, options.QueuePort, options.TablePort);
        }
        if (uses.Contains(PortUse.Azurite))
        {
            var (busy, free) = uses[0] == PortUse.Azurite ? (ports[0], ports[1]) : (ports[uses[1] == PortUse.Azurite ? 1 : 2], ports[0]);
            throw new LocalHostException($"An Azurite runs on port {busy.Port} ({busy.Service}) but none on port {free.Port} ({free.Service}); end it, start it with all services, or choose other ports with {string.Join(", ", ports.Select(port => port.Option))}.");
        }
        return await startOwn();
    }

    [LoggerMessage(LogLevel.Information, "Using the Azurite that runs on the ports {Blob} and {Queue}")]
    private partial void LogFound(int blob, int queue);
}
