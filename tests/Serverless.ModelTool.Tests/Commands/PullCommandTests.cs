using System.Diagnostics;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Tests.Conversion;
using Serverless.ModelTool.Tests.Downloads;

namespace Serverless.ModelTool.Tests.Commands;

/// <summary>The real program against a real web server.</summary>
public sealed class PullCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _models = new();
    private readonly byte[] _weights = File.ReadAllBytes(Narrow.Keras2Weights);
    private MirrorServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await MirrorServer.StartAsync();

    [Fact]
    public async Task WeightsAreDownloadedConvertedAndReady()
    {
        Describe(_server.Serve("/weights.h5", _weights));

        var pull = await PullAsync();

        Assert.True(pull.ExitCode == 0, pull.Error);
        AssertReady();
        Assert.Equal(0, (await Tool.RunAsync("verify", "narrow", "--models", _models.Path)).ExitCode);
    }

    [Fact]
    public async Task WhatIsHereIsNotPulledAgain()
    {
        Describe(_server.Serve("/weights.h5", _weights));
        await PullAsync();

        var pull = await PullAsync();

        Assert.Equal(0, pull.ExitCode);
        Assert.Contains("narrow is here already", pull.Output, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task AFileFromElsewhereIsCheckedAndConverted()
    {
        Describe(_server["/unasked"]);

        var pull = await PullAsync("--from", Narrow.Keras2Weights);

        Assert.True(pull.ExitCode == 0, pull.Error);
        AssertReady();
        Assert.Empty(_server.Requests);
        Assert.True(File.Exists(Narrow.Keras2Weights));
    }

    [Fact]
    public async Task AnotherFileFromElsewhereIsRefused()
    {
        Describe(_server["/unasked"]);

        var pull = await PullAsync("--from", TestFiles.Fixture("keras", "narrow-vgg16", "applications-layout.h5"));

        Assert.Equal(1, pull.ExitCode);
        Assert.Contains("is not the published file: it has 612,032 bytes, 628,200 were published", pull.Error, StringComparison.Ordinal);
        AssertAbsent();
    }

    [Fact]
    public async Task AFailedPullLeavesTheModelToBePulled()
    {
        Describe(_server.Serve("/weights.h5", new byte[_weights.Length]));

        var pull = await PullAsync();

        Assert.Equal(1, pull.ExitCode);
        Assert.Contains("it sent another file", pull.Error, StringComparison.Ordinal);
        AssertAbsent();
        Assert.Contains("to be pulled", (await Tool.RunAsync("list", "--models", _models.Path)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublishedWeightsThatDoNotFitTheArchitectureLeaveNoModel()
    {
        Describe(_server.Serve("/weights.h5", _weights), manifest => manifest with { Input = manifest.Input with { Width = 192, Height = 192 } });

        var pull = await PullAsync();

        Assert.Equal(1, pull.ExitCode);
        Assert.Contains("fc1/kernel has shape (1568, 32)", pull.Error, StringComparison.Ordinal);
        AssertAbsent();
    }

    [Fact]
    public async Task APullThatWasKilledIsGoneOnWith()
    {
        Describe(_server.ServeStalled("/weights.h5", _weights, stalledAt: 200_000));
        using (var killed = Process.Start(Tool.Start("pull", "narrow", "--models", _models.Path))!)
        {
            var part = _models.File("narrow", "download.h5.part");
            await Eventually.TrueAsync(() => File.Exists(part) && new FileInfo(part).Length == 200_000, "the first bytes arrive");
            killed.Kill();
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        AssertAbsent();
        _server.Serve("/weights.h5", _weights);

        var pull = await PullAsync();

        Assert.True(pull.ExitCode == 0, pull.Error);
        AssertReady();
        Assert.Equal("bytes=200000-", _server.Requests.Last().Range);
    }

    [Fact]
    public async Task WhileOneRunInstallsAnotherIsRefused()
    {
        var model = Describe(_server.Serve("/weights.h5", _weights));
        using var other = ModelInstallation.Begin(model.Folder);

        var pull = await PullAsync();

        Assert.Equal(1, pull.ExitCode);
        Assert.Contains("is being written by another run", pull.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOnnxGraphIsInstalledAsItIs()
    {
        var path = TestFiles.InRepository("models", "efficientnet-lite0", "model.onnx");
        var graph = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var url = _server.Serve("/model.onnx", graph);
        Describe(url, manifest => manifest with
        {
            Source = new() { Format = WeightsFormat.Onnx, Urls = [url], Sha256 = Checksums.Sha256(path) },
            Output = manifest.Output with { Name = "probabilities" },
        });

        var pull = await PullAsync();

        Assert.True(pull.ExitCode == 0, pull.Error);
        Assert.Equal(graph, await File.ReadAllBytesAsync(_models.File("narrow", "model.onnx"), TestContext.Current.CancellationToken));
        Assert.Equal(0, (await Tool.RunAsync("verify", "narrow", "--models", _models.Path)).ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AFullDiskIsToldAndLeavesNoModel(bool sizeIsKnown)
    {
        // A disk of 400 kB of its own, in a name space of its own.
        Assert.SkipUnless(OperatingSystem.IsLinux() && await CanMountAsync(), "needs unshare(1) and the right to mount in a user's name space");
        Describe(
            sizeIsKnown ? _server.Serve("/weights.h5", _weights) : _server.Answer("/weights.h5", _ => new Chunked(_weights)),
            manifest => manifest with { Source = manifest.Source! with { Bytes = sizeIsKnown ? _weights.Length : null } });

        var disk = Directory.CreateDirectory(_models.File("disk")).FullName;
        var script = $"mount -t tmpfs -o size=400k none {disk} && cp -r {_models.File("narrow")} {disk} "
            + $"&& {{ dotnet {Tool.Assembly} pull narrow --models {disk}; code=$?; ls {disk}/narrow; exit $code; }}";
        var pull = await Tool.RunAsync(new ProcessStartInfo("unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", script]));

        Assert.Equal(1, pull.ExitCode);
        Assert.Contains("cannot take the download", pull.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("model.onnx", pull.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("download.h5\n", pull.Output, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _models.Dispose();
    }

    private Task<Tool.Result> PullAsync(params string[] more) => Tool.RunAsync(["pull", "narrow", "--models", _models.Path, .. more]);

    private ModelFolder Describe(Uri url, Func<Manifest, Manifest>? change = null) => Narrow.Describe(_models.Path, "narrow", manifest =>
    {
        manifest = manifest with
        {
            Source = new()
            {
                Format = WeightsFormat.KerasHdf5,
                Architecture = "vgg16",
                Urls = [url],
                Sha256 = Checksums.Sha256(Narrow.Keras2Weights),
                Bytes = _weights.Length,
            },
        };
        return change?.Invoke(manifest) ?? manifest;
    });

    private void AssertReady() => Assert.Equal(
        ["checksums.sha256", "labels.json", "manifest.json", "model.onnx", "model.weights"],
        Directory.EnumerateFiles(_models.File("narrow")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    private void AssertAbsent()
    {
        Assert.False(File.Exists(_models.File("narrow", "model.onnx")));
        Assert.False(File.Exists(_models.File("narrow", "model.weights")));
    }

    private static async Task<bool> CanMountAsync()
    {
        try
        {
            return (await Tool.RunAsync(new ProcessStartInfo(
                "unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs -o size=4k none /tmp"]))).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>An answer that does not say how long it is.</summary>
    private sealed class Chunked(byte[] content) : Microsoft.AspNetCore.Http.IResult
    {
        public async Task ExecuteAsync(Microsoft.AspNetCore.Http.HttpContext httpContext)
        {
            foreach (var chunk in content.Chunk(10_000))
            {
                await httpContext.Response.Body.WriteAsync(chunk);
                await httpContext.Response.Body.FlushAsync();
            }
        }
    }
}
