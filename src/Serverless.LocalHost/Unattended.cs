namespace Serverless.LocalHost;

/// <summary>Signals end the program in one place; its web servers do not listen to them.</summary>
internal sealed class Unattended : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
