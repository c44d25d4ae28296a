using Serverless.Functions.Tests;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace Serverless.Functions.Tests;

/// <summary>One Azurite for all tests; each test has containers of its own.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteProcess? _azurite;

    internal AzuriteProcess Azurite => _azurite ?? throw new InvalidOperationException("Azurite is not started.");

    public async ValueTask InitializeAsync() => _azurite = await AzuriteProcess.StartNewAsync();

    public ValueTask DisposeAsync() => _azurite?.DisposeAsync() ?? ValueTask.CompletedTask;
}
