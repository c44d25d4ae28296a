namespace Serverless.LocalHost.Tests.Running;

/// <summary>One host for the tests of a class that need nothing special.</summary>
public sealed class SharedHost : IAsyncLifetime
{
    internal TestFolder Folder { get; } = new();

    internal RunningHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await RunningHost.StartAsync(Folder, "--record", Folder.Record);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Folder.Dispose();
    }
}
