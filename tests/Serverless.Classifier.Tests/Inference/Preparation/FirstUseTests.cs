using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;
using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests.Inference.Preparation;

/// <summary>What nobody prepared is prepared after its first load, where that pays and is allowed.</summary>
public sealed class FirstUseTests : IDisposable
{
    private readonly TemporaryModels _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task ALargeModelIsPreparedAfterItsFirstLoad()
    {
        WideGraph.Add(_models, "wide");
        using (var host = new ClassifierHost(_models.Root, "wide"))
        {
            await LoadAsync(host, "wide");
            await EndOfLoaderAsync(host);
        }

        using var next = new ClassifierHost(_models.Root, "wide");
        Assert.True(await LoadAsync(next, "wide"));
    }

    [Fact]
    public async Task NothingIsWrittenWhereTheSettingsForbidIt()
    {
        var folder = WideGraph.Add(_models, "wide");
        var files = Directory.EnumerateFileSystemEntries(folder).Order().ToList();
        using var host = new ClassifierHost(_models.Root, "wide", options => options.PrepareModels = false);

        Assert.False(await LoadAsync(host, "wide"));
        await EndOfLoaderAsync(host);

        Assert.Equal(files, Directory.EnumerateFileSystemEntries(folder).Order());
    }

    [Fact]
    public async Task ASmallModelIsLeftAsItIs()
    {
        var folder = CopiedModel.Make(_models.Root, "small", TestFiles.InRepository("models", "vgg16-cifar10"), _ => { });
        var files = Directory.EnumerateFileSystemEntries(folder).Order().ToList();
        using var host = new ClassifierHost(_models.Root, "small");

        Assert.False(await LoadAsync(host, "small"));
        await EndOfLoaderAsync(host);

        Assert.Equal(files, Directory.EnumerateFileSystemEntries(folder).Order());
    }

    [Fact]
    public async Task AFolderThatCannotBeWrittenKeepsNobodyFromAnAnswer()
    {
        var folder = WideGraph.Add(_models, "wide");
        // Root may write into every folder, but not into a file.
        await File.WriteAllTextAsync(Path.Combine(folder, ".prepared"), "in the way", TestContext.Current.CancellationToken);
        using var host = new ClassifierHost(_models.Root, "wide");

        Assert.False(await LoadAsync(host, "wide"));
        await EndOfLoaderAsync(host);

        Assert.Equal((ModelState.Loaded, null), host.Get<SessionCache>().StateOf("wide"));
    }

    private static async Task<bool> LoadAsync(ClassifierHost host, string model)
    {
        using var lease = await host.Get<SessionCache>().GetAsync(model, Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        return lease.Session.IsPrepared;
    }

    /// <summary>The loader's thread is named after the model and ends when there is nothing left to do.</summary>
    private static Task EndOfLoaderAsync(ClassifierHost host) =>
        Eventually.TrueAsync(() => !host.Get<SessionCache>().IsLoading, "the loader has ended");
}
