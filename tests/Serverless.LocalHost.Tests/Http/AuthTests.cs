using System.Net;
using Serverless.LocalHost.Tests.Running;

namespace Serverless.LocalHost.Tests.Http;

/// <summary>A host with <c>--auth</c> and known keys.</summary>
public sealed class AuthHost : IAsyncLifetime
{
    internal const string FunctionKey = "the-function-key";
    internal const string MasterKey = "the-master-key";
    internal const string ClassifyKey = "the-key-of-classify-alone";

    private readonly TestFolder _folder = new();

    internal RunningHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await RunningHost.StartAsync(_folder, "--auth",
        "--setting", "LocalHost__FunctionKey=" + FunctionKey, "--setting", "LocalHost__MasterKey=" + MasterKey, "--setting", "LocalHost__FunctionKeys__classify=" + ClassifyKey);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }
}

public sealed class AuthTests(AuthHost auth) : IClassFixture<AuthHost>
{
    /// <summary>As recorded from the real host (tests/fixtures/functions-host/responses.json).</summary>
    [Theory]
    [InlineData("/api/classify", null, HttpStatusCode.Unauthorized)]
    [InlineData("/api/classify", "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("/api/classify", AuthHost.FunctionKey, HttpStatusCode.OK)]
    [InlineData("/api/classify", AuthHost.ClassifyKey, HttpStatusCode.OK)]
    [InlineData("/api/classify", AuthHost.MasterKey, HttpStatusCode.OK)]
    [InlineData("/api/classify?code=" + AuthHost.FunctionKey, null, HttpStatusCode.OK)]
    [InlineData("/api/classify?code=" + AuthHost.FunctionKey, "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("/api/health/live", null, HttpStatusCode.OK)]
    [InlineData("/admin/host/status", null, HttpStatusCode.Unauthorized)]
    [InlineData("/admin/host/status", AuthHost.FunctionKey, HttpStatusCode.Forbidden)]
    [InlineData("/admin/host/status", AuthHost.MasterKey, HttpStatusCode.OK)]
    [InlineData("/runtime/webhooks/blobs", AuthHost.FunctionKey, HttpStatusCode.Unauthorized)]
    public async Task AKeyOpensWhatItShould(string path, string? key, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null)
            request.Headers.Add("x-functions-key", key);
        using var response = await auth.Host.Http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }
}
