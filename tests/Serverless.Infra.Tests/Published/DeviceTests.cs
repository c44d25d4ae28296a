using System.Net;
using System.Net.Http.Headers;

namespace Serverless.Infra.Tests.Published;

/// <summary>The app for GPUs on a machine that may have none, and with no more than a .NET runtime.</summary>
[Collection(nameof(AppForAzure))]
public class DeviceTests(AppForAzure app)
{
    private const string Cuda = "/usr/local/cuda";

    [Fact]
    public async Task WhereCudaIsAskedForAndMissingTheAppSaysSoAndEnds()
    {
        Assert.SkipWhen(Directory.Exists(Cuda), "there is CUDA on this machine");
        using var storage = new TemporaryFolder();

        var (exitCode, output) = await LocalApp.RunToEndAsync(
            "--app", app.Path, "--settings", TestFiles.InRepository("local.settings.sample.json"), "--setting", "Classifier__Device=cuda",
            "--azurite", TestFiles.InRepository("node_modules", ".bin", "azurite"), "--storage-folder", storage.Path,
            "--port", "0", "--blob-port", "0", "--queue-port", "0", "--table-port", "0");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("Classifier__Device is cuda, but CUDA does not start on this machine", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnARuntimeWithoutSdkTheAppClassifiesOnTheCpuAndSaysSo()
    {
        Assert.SkipWhen(Directory.Exists(Cuda), "there is CUDA on this machine");
        using var storage = new TemporaryFolder();
        using var runtime = new TemporaryFolder();
        var environment = await RuntimeAloneAsync(runtime.Path);

        await using var host = await LocalApp.StartPublishedAsync(
            app.Path, environment, storage.Path, new Dictionary<string, string> { ["Classifier__Device"] = "auto" });
        await Eventually.TrueAsync(() => host.Output.Any(line => line.Contains("is loaded and warm on Cpu", StringComparison.Ordinal)), "the model runs on the CPU", details: host.Tail);
        using var picture = new ByteArrayContent(await File.ReadAllBytesAsync(TestFiles.InRepository("samples", "rocket.jpg"), TestContext.Current.CancellationToken));
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var answer = await host.Http.PostAsync("classify?top=1", picture, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("missile", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>A PATH with a .NET runtime and Node.js (for Azurite), nothing else.</summary>
    private static async Task<Dictionary<string, string>> RuntimeAloneAsync(string folder)
    {
        var dotnet = File.ResolveLinkTarget(Command.Find("dotnet")!, returnFinalTarget: true)?.FullName ?? Command.Find("dotnet")!;
        File.Copy(dotnet, Path.Combine(folder, "dotnet"));
        foreach (var part in (string[])["host", "shared"])
        {
            Directory.CreateSymbolicLink(Path.Combine(folder, part), Path.Combine(Path.GetDirectoryName(dotnet)!, part));
        }

        File.CreateSymbolicLink(Path.Combine(folder, "node"), Command.Find("node")!);
        var sdks = await Command.RunAsync(Path.Combine(folder, "dotnet"), ["--list-sdks"], new Dictionary<string, string?> { ["DOTNET_ROOT"] = folder });
        Assert.Equal("", sdks.Output);
        return new Dictionary<string, string> { ["PATH"] = folder, ["DOTNET_ROOT"] = folder };
    }
}
