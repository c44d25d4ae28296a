using Microsoft.Extensions.Time.Testing;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;
using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests.Inference;

/// <summary>The memory of a model that nobody uses is given back, and never under a run.</summary>
public sealed class IdleSessionTests : IDisposable
{
    private const string Other = "other";

    private readonly FakeTimeProvider _time = new();
    private readonly TemporaryModels _models = new();

    public IdleSessionTests()
    {
        foreach (var name in new[] { "default", Other })
        {
            _models.Add(
                name, labels: """["red", "green", "blue"]""", graph: new TinyGraph { Input = [1, 3, 8, 8], MeanAxes = [2, 3] }.ToBytes());
        }
    }

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task AModelThatNobodyUsedForTheIdleTimeIsUnloaded()
    {
        using var host = Host();
        var session = await UseAsync(host, Other);

        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(ModelState.Available, host.Get<SessionCache>().StateOf(Other).State);
        Assert.Throws<ObjectDisposedException>(() => Run(session));
    }

    [Fact]
    public async Task BeforeTheIdleTimeIsOverItStays()
    {
        using var host = Host();
        var session = await UseAsync(host, Other);

        _time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));

        Assert.Equal(ModelState.Loaded, host.Get<SessionCache>().StateOf(Other).State);
        Assert.NotEmpty(Run(session));
    }

    [Fact]
    public async Task EveryUseBeginsTheIdleTimeAnew()
    {
        using var host = Host();
        await UseAsync(host, Other);
        for (var use = 0; use < 5; use++)
        {
            _time.Advance(TimeSpan.FromMinutes(9));
            await UseAsync(host, Other);
        }

        _time.Advance(TimeSpan.FromMinutes(9));

        Assert.Equal(ModelState.Loaded, host.Get<SessionCache>().StateOf(Other).State);
    }

    [Fact]
    public async Task AModelInUseIsNeverUnloaded()
    {
        using var host = Host();
        using var lease = await LeaseAsync(host, Other);

        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(ModelState.Loaded, host.Get<SessionCache>().StateOf(Other).State);
        Assert.NotEmpty(Run(lease.Session));
    }

    [Fact]
    public async Task TheLastOfSeveralUsersBeginsTheIdleTime()
    {
        using var host = Host();
        var first = await LeaseAsync(host, Other);
        var second = await LeaseAsync(host, Other);

        first.Dispose();
        first.Dispose();
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.NotEmpty(Run(second.Session));
        second.Dispose();
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(ModelState.Available, host.Get<SessionCache>().StateOf(Other).State);
    }

    [Fact]
    public async Task TheDefaultModelStays()
    {
        using var host = Host();
        var session = await UseAsync(host, "default");

        _time.Advance(TimeSpan.FromDays(30));

        Assert.NotEmpty(Run(session));
    }

    [Fact]
    public async Task ZeroMinutesKeepEveryModel()
    {
        using var host = Host(idleMinutes: 0);
        var session = await UseAsync(host, Other);

        _time.Advance(TimeSpan.FromDays(30));

        Assert.NotEmpty(Run(session));
    }

    [Fact]
    public async Task WhoAsksAfterwardsGetsItLoadedAgain()
    {
        using var host = Host();
        var before = await UseAsync(host, Other);
        _time.Advance(TimeSpan.FromMinutes(10));

        using var lease = await LeaseAsync(host, Other);

        Assert.NotSame(before, lease.Session);
        Assert.NotEmpty(Run(lease.Session));
    }

    [Fact]
    public async Task AModelThatWasLoadedForSomebodyWhoLeftIsUnloadedToo()
    {
        using var slow = new SlowModel(_models.Root, "slow", TestFiles.InRepository("models", "vgg16-cifar10"));
        using var host = Host();
        using var leaving = new CancellationTokenSource();
        var waiting = host.Get<SessionCache>().GetAsync("slow", Timeout.InfiniteTimeSpan, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        slow.LetLoad();
        await Eventually.TrueAsync(() => host.Get<SessionCache>().StateOf("slow").State == ModelState.Loaded, "the model is loaded");

        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(ModelState.Available, host.Get<SessionCache>().StateOf("slow").State);
    }

    [Fact]
    public async Task ASessionInUseOutlivesTheCache()
    {
        var host = Host();
        using var lease = await LeaseAsync(host, Other);

        host.Dispose();

        Assert.NotEmpty(Run(lease.Session));
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Run(lease.Session));
    }

    [Fact]
    public async Task ModelsThatComeAndGoUnderACrowdNeverEndUnderARun()
    {
        using var host = Host();
        var runs = 0;
        var users = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var run = 0; run < 100; run++)
            {
                using var lease = await LeaseAsync(host, Other);
                Run(lease.Session);
                Interlocked.Increment(ref runs);
            }
        })).ToArray();
        var all = Task.WhenAll(users);
        while (!all.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMinutes(10));
            await Task.Yield();
        }

        await all;
        Assert.Equal(800, runs);
    }

    [Fact]
    public async Task ModelsAreInMemorySideBySide()
    {
        using var host = Host();
        using var one = await LeaseAsync(host, "default");
        using var two = await LeaseAsync(host, Other);

        Assert.Equal(Run(one.Session), Run(two.Session));
        Assert.All(["default", Other], model => Assert.Equal(ModelState.Loaded, host.Get<SessionCache>().StateOf(model).State));
    }

    private ClassifierHost Host(double idleMinutes = 10) =>
        new(_models.Root, "default", options => options.IdleMinutes = idleMinutes, _time);

    private static Task<SessionLease> LeaseAsync(ClassifierHost host, string model) =>
        host.Get<SessionCache>().GetAsync(model, Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);

    /// <summary>Uses a model once.</summary>
    private static async Task<ModelSession> UseAsync(ClassifierHost host, string model)
    {
        using var lease = await LeaseAsync(host, model);
        return lease.Session;
    }

    private static float[] Run(ModelSession session) => session.Run(new float[session.TensorLength], TestContext.Current.CancellationToken);
}
