using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Tests.Inference;

/// <summary>Who waits, who runs, who leaves, and what a failure costs the others.</summary>
public sealed class RunSchedulerTests : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly GatedNetwork _plain = new("plain");
    private readonly GatedNetwork _batching = new("batching") { BestBatch = 4 };
    private readonly List<RunScheduler> _schedulers = [];

    public void Dispose()
    {
        _schedulers.ForEach(scheduler => scheduler.Dispose());
        _plain.Dispose();
        _batching.Dispose();
    }

    [Fact]
    public async Task AnImageThatIsAloneRunsAtOnceWithAllThreads()
    {
        var answer = Ask(NewScheduler(), _plain, 7);
        _plain.LetEnd();

        Assert.Equal(7f, await ClassAsync(answer));
        Assert.Equal(RunWidth.AllThreads, Assert.Single(_plain.Runs).Width);
    }

    [Fact]
    public async Task AFullerQueueBecomesABatchAndEachGetsItsOwnAnswer()
    {
        var scheduler = NewScheduler();
        var asked = AskMany(scheduler, _batching, 6);
        await BegunAsync(_batching, 1);

        _batching.LetEnd(3);
        var answers = await Task.WhenAll(asked);

        Assert.Equal([0f, 1f, 2f, 3f, 4f, 5f], answers.Select(answer => answer.Answer.Classes.Single()));
        Assert.Equal([[0f], [1f, 2f, 3f, 4f], [5f]], _batching.Runs.Select(run => run.Images));
        Assert.Single(answers[1..5].Select(answer => answer.Elapsed).Distinct());
    }

    [Fact]
    public async Task NoMoreRunsWithOneThreadThanCoresAndThenAllThreadsAgain()
    {
        using var network = new GatedNetwork("narrow") { CanTakeOneThread = true };
        var scheduler = NewScheduler(cores: 3);
        var asked = AskMany(scheduler, network, 8);
        await BegunAsync(network, 1);
        network.LetEnd();
        await BegunAsync(network, 4);
        for (var ended = 2; ended <= 8; ended++)
        {
            Assert.Equal(Math.Min(8, ended + 2), network.Runs.Count);
            network.LetEnd();
            await BegunAsync(network, Math.Min(8, ended + 3));
        }

        await Task.WhenAll(asked);
        var last = Ask(scheduler, network, 8);
        network.LetEnd();
        await last;

        Assert.Equal(
            [RunWidth.AllThreads, .. Enumerable.Repeat(RunWidth.OneThread, 7), RunWidth.AllThreads], network.Runs.Select(run => run.Width));
    }

    [Fact]
    public async Task AFloodForOneModelLetsAnotherInAfterOneRun()
    {
        var order = new ConcurrentQueue<string>();
        using var flooded = new GatedNetwork("flooded") { Begun = order.Enqueue };
        using var quiet = new GatedNetwork("quiet") { Begun = order.Enqueue };
        var scheduler = NewScheduler();
        var flood = AskMany(scheduler, flooded, 20);
        await BegunAsync(flooded, 1);
        var late = Ask(scheduler, quiet, 1);
        flooded.LetEnd(20);
        quiet.LetEnd();

        await Task.WhenAll([late, .. flood]);

        Assert.Equal("quiet", order.ElementAt(1));
    }

    [Fact]
    public async Task WhoComesAndGoesDoesNotOvertakeWhoStays()
    {
        var order = new ConcurrentQueue<string>();
        using var stays = new GatedNetwork("stays") { Begun = order.Enqueue };
        var comers = Enumerable.Range(0, 4).Select(number => new GatedNetwork($"comer {number}") { Begun = order.Enqueue }).ToList();
        var scheduler = NewScheduler();
        var first = Ask(scheduler, comers[0], 0);
        await BegunAsync(comers[0], 1);
        var waiting = Ask(scheduler, stays, 1);
        stays.LetEnd();
        List<Task> asked = [first, waiting];
        for (var turn = 1; turn < 12 && stays.Runs.IsEmpty; turn++)
        {
            // Always two that have just come, as long as it has not been served.
            asked.Add(Ask(scheduler, comers[turn % 4], turn));
            asked.Add(Ask(scheduler, comers[(turn + 1) % 4], turn));
            var begun = order.Count;
            comers.ForEach(comer => comer.LetEnd());
            await Eventually.TrueAsync(() => order.Count > begun);
        }

        Assert.InRange(order.ToList().IndexOf("stays"), 1, 4);
        comers.ForEach(comer => comer.LetEnd(30));
        await Task.WhenAll(asked);
        comers.ForEach(comer => comer.Dispose());
    }

    [Fact]
    public async Task CoveredCopiesLetAPictureInAfterOneRun()
    {
        var scheduler = NewScheduler();
        var covered = Enumerable.Range(0, 7).Select(copy => Ask(scheduler, _plain, copy, isCovered: true)).ToList();
        await BegunAsync(_plain, 1);
        var picture = Ask(scheduler, _plain, 100);
        _plain.LetEnd(8);

        await Task.WhenAll([picture, .. covered]);

        Assert.Equal([100f], _plain.Runs.ElementAt(1).Images);
    }

    [Fact]
    public async Task WhoLeavesTheQueueIsGoneAtOnceAndNotInTheBatch()
    {
        var scheduler = NewScheduler();
        var running = Ask(scheduler, _batching, 0);
        await BegunAsync(_batching, 1);
        using var leaving = new CancellationTokenSource();
        var left = Ask(scheduler, _batching, 1, leaving.Token);
        var stays = Ask(scheduler, _batching, 2);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        _batching.LetEnd(2);

        Assert.Equal(2f, await ClassAsync(stays));
        await running;
        Assert.Equal([[0f], [2f]], _batching.Runs.Select(run => run.Images));
    }

    [Fact]
    public async Task WhoLeavesABatchDoesNotHarmIt()
    {
        var scheduler = NewScheduler();
        using var leaving = new CancellationTokenSource();
        var before = Ask(scheduler, _batching, 0);
        await BegunAsync(_batching, 1);
        var left = Ask(scheduler, _batching, 1, leaving.Token);
        var stays = Ask(scheduler, _batching, 2);
        _batching.LetEnd();
        await BegunAsync(_batching, 2);

        await leaving.CancelAsync();
        Assert.False(left.IsCompleted); // the run reads its tensor
        _batching.LetEnd();

        Assert.Equal(2f, await ClassAsync(stays));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await before;
    }

    [Fact]
    public async Task WhenAllHaveLeftTheRunEndsEarly()
    {
        var scheduler = NewScheduler();
        using var leaving = new CancellationTokenSource();
        var left = Ask(scheduler, _plain, 1, leaving.Token);
        await BegunAsync(_plain, 1);

        await leaving.CancelAsync(); // nothing else lets it end
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        var next = Ask(scheduler, _plain, 2);
        _plain.LetEnd();
        Assert.Equal(2f, await ClassAsync(next));
    }

    [Fact]
    public async Task WhoHasLeftBeforeHeAsksIsNotServed()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ask(NewScheduler(), _plain, 1, gone.Token));

        Assert.Empty(_plain.Runs);
    }

    [Fact]
    public async Task AFailedRunFailsItsOwnImagesAndNoOthers()
    {
        var scheduler = NewScheduler();
        var first = Ask(scheduler, _batching, 0);
        await BegunAsync(_batching, 1);
        var failing = new[] { 1, float.NaN, 3, 4 }.Select(value => Ask(scheduler, _batching, value)).ToList();
        var after = Ask(scheduler, _batching, 5);
        _batching.LetEnd(3);

        Assert.Equal(0f, await ClassAsync(first));
        Assert.Equal(5f, await ClassAsync(after));
        foreach (var failed in failing)
        {
            Assert.Equal("the run failed", (await Assert.ThrowsAsync<InvalidOperationException>(() => failed)).Message);
        }
    }

    [Fact]
    public async Task ABatchIsHeldUpForWhatIsBeingDecodedAndNoLongerThanItsDelay()
    {
        var scheduler = NewScheduler();
        using var coming = scheduler.Expect(_batching, []);
        var asked = AskMany(scheduler, _batching, 2);
        _batching.LetEnd(2);
        Assert.Empty(_batching.Runs);

        _time.Advance(Delay);
        await Task.WhenAll(asked);

        Assert.Equal([0f, 1f], Assert.Single(_batching.Runs).Images);
    }

    [Fact]
    public async Task ADecodeThatFailsHoldsNobodyUpAnyMore()
    {
        var scheduler = NewScheduler();
        var coming = scheduler.Expect(_batching, []);
        var asked = AskMany(scheduler, _batching, 2);
        _batching.LetEnd();

        coming!.Dispose();

        await Task.WhenAll(asked);
    }

    [Fact]
    public async Task WhenTheProgramEndsWhoWaitsIsToldAndWhatRunsIsAnswered()
    {
        var scheduler = NewScheduler();
        var running = Ask(scheduler, _plain, 1);
        await BegunAsync(_plain, 1);
        var waiting = Ask(scheduler, _plain, 2);

        scheduler.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        _plain.LetEnd();

        Assert.Equal(1f, await ClassAsync(running));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Ask(scheduler, _plain, 3));
    }

    [Fact]
    public async Task RequestsForOtherTensorsAreNotInTheSameRun()
    {
        var scheduler = NewScheduler();
        var first = Ask(scheduler, _batching, 0);
        await BegunAsync(_batching, 1);
        using var place = NewPlace();
        var plain = Ask(scheduler, _batching, 1);
        var withMap = scheduler.RunAsync(new(_batching, new[] { 2f }, ["map"], place), TestContext.Current.CancellationToken);
        _batching.LetEnd(3);

        Assert.Empty((await plain).Answer.Features);
        Assert.Single((await withMap).Answer.Features);
        await first;
    }

    private RunScheduler NewScheduler(int cores = 2)
    {
        _schedulers.Add(new(new RunPolicy(cores, maxBatch: 8, Delay), _time));
        return _schedulers[^1];
    }

    private static Place NewPlace() => new(() => { });

    private static List<Task<RunResult>> AskMany(RunScheduler scheduler, GatedNetwork network, int images) =>
        [.. Enumerable.Range(0, images).Select(image => Ask(scheduler, network, image))];

    private static async Task<RunResult> Ask(RunScheduler scheduler, GatedNetwork network, float value, CancellationToken? cancellation = null, bool isCovered = false)
    {
        using var place = NewPlace();
        return await scheduler.RunAsync(new(network, new[] { value }, [], place, isCovered), cancellation ?? TestContext.Current.CancellationToken);
    }

    private static async Task<float> ClassAsync(Task<RunResult> asked) => Assert.Single((await asked).Answer.Classes);

    private static Task BegunAsync(GatedNetwork network, int runs) => Eventually.TrueAsync(() => network.Runs.Count >= runs);
}
