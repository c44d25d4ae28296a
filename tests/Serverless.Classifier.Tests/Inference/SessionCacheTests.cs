using Microsoft.Extensions.Time.Testing;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;
using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests.Inference;

public sealed class SessionCacheTests : IDisposable
{
    private static readonly string EmbeddedModel = TestFiles.InRepository("models", "vgg16-cifar10");

    private readonly TemporaryModels _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task HoweverManyWaitTheModelIsLoadedOnce()
    {
        using var host = new ClassifierHost(TestFiles.InRepository("models"), "vgg16-cifar10");
        var cache = host.Get<SessionCache>();

        var sessions = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => GetAsync(cache, "vgg16-cifar10"))));

        Assert.Single(sessions.Select(lease => lease.Session).Distinct());
        Assert.Equal((ModelState.Loaded, null), cache.StateOf("vgg16-cifar10"));
    }

    [Fact]
    public async Task WhoHasNoMorePatienceIsToldThatTheModelIsLoadingAndTheLoadGoesOn()
    {
        using var slow = new SlowModel(_models.Root, "slow", EmbeddedModel);
        var time = new FakeTimeProvider();
        using var host = new ClassifierHost(_models.Root, "slow", time: time);
        var cache = host.Get<SessionCache>();
        var impatient = cache.GetAsync("slow", TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromSeconds(11));
        var exception = await Assert.ThrowsAsync<ClassifierException>(() => impatient);
        Assert.Equal(ErrorKind.ModelLoading, exception.Kind);
        Assert.Equal(ModelState.Loading, cache.StateOf("slow").State);

        slow.LetLoad();
        Assert.Equal("slow", (await GetAsync(cache, "slow")).Session.Identity.Name);
    }

    [Fact]
    public async Task AFailedLoadIsToldToThoseWhoWaitAndTriedAgainByTheNext()
    {
        var graph = Path.Combine(_models.Add("tiny", labels: """["cat", "dog"]""", graph: [1, 2, 3]), "model.onnx");
        using var host = new ClassifierHost(_models.Root, "tiny");
        var cache = host.Get<SessionCache>();

        var first = await Assert.ThrowsAsync<ClassifierException>(() => GetAsync(cache, "tiny"));
        Assert.Equal(ErrorKind.ModelUnavailable, first.Kind);
        Assert.Contains(graph, first.Message, StringComparison.Ordinal);
        Assert.Equal(ModelState.Failed, cache.StateOf("tiny").State);

        File.Delete(graph);
        var second = await Assert.ThrowsAsync<ClassifierException>(() => GetAsync(cache, "tiny"));
        Assert.Contains("missing", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoLeavesDoesNotEndTheLoadForTheOthers()
    {
        using var slow = new SlowModel(_models.Root, "slow", EmbeddedModel);
        using var host = new ClassifierHost(_models.Root, "slow");
        var cache = host.Get<SessionCache>();
        using var leaving = new CancellationTokenSource();
        var first = cache.GetAsync("slow", Timeout.InfiniteTimeSpan, leaving.Token);
        var second = GetAsync(cache, "slow");

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        slow.LetLoad();

        Assert.Equal("slow", (await second).Session.Identity.Name);
    }

    private static Task<SessionLease> GetAsync(SessionCache cache, string model) =>
        cache.GetAsync(model, Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
}
