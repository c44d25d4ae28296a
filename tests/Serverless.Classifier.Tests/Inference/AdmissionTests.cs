using Serverless.Classifier.Errors;
using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Tests.Inference;

public class AdmissionTests
{
    [Fact]
    public void WhenEveryPlaceIsTakenTheCallerIsRefusedAtOnce()
    {
        using var admission = new Admission(concurrency: 1, waiting: 2);
        for (var place = 0; place < 3; place++)
        {
            admission.Enter();
        }

        var exception = Assert.Throws<ClassifierException>(() => admission.Enter());

        Assert.Equal(ErrorKind.TooBusy, exception.Kind);
        Assert.Equal(3, admission.Inside);
    }

    [Fact]
    public void APlaceThatWasLeftIsFreeAgain()
    {
        using var admission = new Admission(concurrency: 1, waiting: 0);
        using (admission.Enter())
        {
            Assert.Equal(1, admission.Inside);
        }

        using var again = admission.Enter();
        Assert.Equal(1, admission.Inside);
    }

    [Fact]
    public async Task OnlyTheAllowedNumberRunsAtTheSameTime()
    {
        using var admission = new Admission(concurrency: 2, waiting: 20);
        int running = 0, most = 0;
        using var twoAreRunning = new Barrier(2);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => admission.InferAsync(
            () =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                twoAreRunning.SignalAndWait(TestContext.Current.CancellationToken);
                Interlocked.Decrement(ref running);
                return 0;
            },
            TestContext.Current.CancellationToken)));

        Assert.Equal(2, most);
    }

    [Fact]
    public async Task WhoGivesUpWaitingLeavesTheOthersTheirTurn()
    {
        using var admission = new Admission(concurrency: 1, waiting: 5);
        using var running = new SemaphoreSlim(0);
        using var mayEnd = new ManualResetEventSlim();
        var first = admission.InferAsync(
            () =>
            {
                running.Release();
                mayEnd.Wait(TestContext.Current.CancellationToken);
                return 1;
            },
            TestContext.Current.CancellationToken);
        await running.WaitAsync(TestContext.Current.CancellationToken);
        using var impatience = new CancellationTokenSource();
        var second = admission.InferAsync(() => 2, impatience.Token);
        var third = admission.InferAsync(() => 3, TestContext.Current.CancellationToken);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        mayEnd.Set();

        var answers = await Task.WhenAll(first, third);
        Assert.Equal([1, 3], answers);
    }

    [Fact]
    public async Task WorkThatFailsGivesItsTurnBack()
    {
        using var admission = new Admission(concurrency: 1, waiting: 0);

        await Assert.ThrowsAsync<InvalidDataException>(() =>
            admission.InferAsync<int>(() => throw new InvalidDataException(), TestContext.Current.CancellationToken));

        Assert.Equal(5, await admission.InferAsync(() => 5, TestContext.Current.CancellationToken));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
