[assembly: AssemblyFixture(typeof(Serverless.EndToEnd.Tests.SharedApp))]

namespace Serverless.EndToEnd.Tests;

/// <summary>One running app for all tests that leave it as they found it.</summary>
public sealed class SharedApp : IAsyncLifetime
{
    private readonly TemporaryFolder _storage = new();
    private LocalApp? _app;

    internal LocalApp App => _app ?? throw new InvalidOperationException("The app is not up.");

    public async ValueTask InitializeAsync()
    {
        _app = await LocalApp.StartAsync(_storage.Path);
        await Eventually.GetAsync(
            async () => (await _app.Http.GetAsync(new Uri("health/ready", UriKind.Relative))).IsSuccessStatusCode ? _app : null,
            "the default model is loaded and storage is there",
            details: _app.Tail);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _storage.Dispose();
    }
}
