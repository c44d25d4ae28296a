namespace Serverless.Infra.Tests.Published;

/// <summary>The app folder as the GPU image has it, published once for all tests: ONNX Runtime for CUDA, uploads from Event Grid.</summary>
public sealed class AppForAzure : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public string Path => System.IO.Path.Combine(_folder.Path, "app");

    public async ValueTask InitializeAsync()
    {
        var publish = await Command.RunAsync(
            TestFiles.InRepository("run"), ["publish", Path, "--device", "cuda", "--event-grid", "--models", "efficientnet-lite0"]);
        Assert.True(publish.ExitCode == 0, publish.Output + publish.Errors);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
