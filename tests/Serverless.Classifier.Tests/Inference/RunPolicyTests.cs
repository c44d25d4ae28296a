using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Tests.Inference;

/// <summary>Every decision about the next run, from what is known to what is done.</summary>
public class RunPolicyTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(5);
    private static readonly LineState Idle = new(Waiting: 0, Coming: 0, Oldest: TimeSpan.Zero, BestBatch: 1, LastTurn: 0, MayTakeOneThread: true);

    [Fact]
    public void WhenNobodyWaitsNothingBegins() => AssertNothing(Decide([Idle, Idle]));

    [Theory]
    [InlineData(1, RunWidth.AllThreads)]
    [InlineData(3, RunWidth.AllThreads)]
    [InlineData(4, RunWidth.OneThread)]
    [InlineData(40, RunWidth.OneThread)]
    public void AsSoonAsOneWaitsForEachCoreEachGetsOneThread(int waiting, object width) =>
        Assert.Equal(width, Decide([Idle with { Waiting = waiting }], cores: 4).Width);

    [Theory]
    [InlineData(8, 2, 0, 4)]
    [InlineData(9, 2, 0, 5)]
    [InlineData(4, 2, 1, 4)] // the other core is taken
    [InlineData(40, 2, 0, 8)] // no more are liked
    [InlineData(4, 4, 0, 1)]
    public void ACrowdIsSharedOutAmongTheFreeCores(int waiting, int cores, int oneThread, int taken)
    {
        var decision = Decide([Idle with { Waiting = waiting, BestBatch = 8 }], cores, oneThread: oneThread);

        Assert.Equal((taken, RunWidth.OneThread), (decision.Images, decision.Width));
    }

    [Fact]
    public void ACrowdAtSeveralModelsIsACrowd() =>
        Assert.Equal(RunWidth.OneThread, Decide([Idle with { Waiting = 2 }, Idle with { Waiting = 2 }], cores: 4).Width);

    [Fact]
    public void ARunWithAllThreadsIsAlone() => AssertNothing(Decide([Idle with { Waiting = 9 }], cores: 4, allThreads: 1));

    [Fact]
    public void RunsWithOneThreadAreAsManyAsCores()
    {
        Assert.Equal(new RunDecision(0, 1, RunWidth.OneThread, null), Decide([Idle with { Waiting = 9 }], cores: 4, oneThread: 3));
        AssertNothing(Decide([Idle with { Waiting = 9 }], cores: 4, oneThread: 4));
    }

    [Theory]
    [InlineData(3, 1, 0)] // with those under way there is one for each core
    [InlineData(1, 1, -1)] // it gets all threads, once the others are done
    [InlineData(0, 1, 0)]
    public void AfterACrowdARunWaitsForAllThreads(int oneThread, int waiting, int line) =>
        Assert.Equal(line, Decide([Idle with { Waiting = waiting }], cores: 4, oneThread: oneThread).Line);

    [Fact]
    public void AModelThatCannotTakeOneThreadGetsAllAndIsNotPassedOver()
    {
        LineState[] lines = [Idle with { Waiting = 1, LastTurn = 1, MayTakeOneThread = false }, Idle with { Waiting = 9, LastTurn = 2 }];

        AssertNothing(Decide(lines, cores: 2, oneThread: 1));
        Assert.Equal(new RunDecision(0, 1, RunWidth.AllThreads, null), Decide(lines, cores: 2));
    }

    [Fact]
    public void WhereOneRunAtATimeIsAllowedItHasAllThreads() =>
        Assert.Equal(new RunDecision(0, 1, RunWidth.AllThreads, null), Decide([Idle with { Waiting = 99 }], cores: 1));

    [Fact]
    public void TheLineThatWasServedLongestAgoIsNext() =>
        Assert.Equal(1, Decide([Idle with { Waiting = 50, LastTurn = 7 }, Idle with { Waiting = 1, LastTurn = 3 }, Idle with { LastTurn = 1 }]).Line);

    [Theory]
    [InlineData(1, 8, 9, 1)] // a batch gains nothing
    [InlineData(8, 4, 9, 4)] // no more are allowed
    [InlineData(4, 8, 9, 4)] // no more are liked
    [InlineData(8, 8, 3, 3)] // no more are there
    [InlineData(8, 1, 9, 1)] // batches are off
    public void ARunTakesAsManyImagesAsAreLikedAllowedAndThere(int best, int allowed, int waiting, int taken) =>
        Assert.Equal(taken, Decide([Idle with { Waiting = waiting, BestBatch = best, MayTakeOneThread = false }], maxBatch: allowed).Images);

    [Fact]
    public void ABatchWaitsForImagesThatAreBeingDecodedForTheRestOfTheDelay()
    {
        var line = Idle with { Waiting = 3, Coming = 1, BestBatch = 8, Oldest = Delay / 5, MayTakeOneThread = false };

        Assert.Equal(Delay * 4 / 5, AssertNothing(Decide([line])).AskAgainAfter);
        Assert.Equal(3, Decide([line with { Oldest = Delay }]).Images);
    }

    [Theory]
    [InlineData(3, 0, 8)] // nobody is coming
    [InlineData(8, 1, 8)] // it is full
    [InlineData(1, 1, 1)] // a batch gains nothing
    public void NobodyIsHeldUpForNothing(int waiting, int coming, int best) =>
        Assert.Equal(0, Decide([Idle with { Waiting = waiting, Coming = coming, BestBatch = best }]).Line);

    [Fact]
    public void WhileOneLineIsHeldUpAnotherIsServed()
    {
        LineState[] lines = [Idle with { Waiting = 1, Coming = 1, BestBatch = 8, LastTurn = 1 }, Idle with { Waiting = 1, LastTurn = 5 }];

        Assert.Equal(1, Decide(lines).Line);
    }

    [Fact]
    public void TheShortestDelayIsAskedFor()
    {
        LineState[] lines =
        [
            Idle with { Waiting = 1, Coming = 1, BestBatch = 8 },
            Idle with { Waiting = 1, Coming = 1, BestBatch = 8, Oldest = Delay / 2 },
            Idle with { Waiting = 1, Coming = 1, BestBatch = 8, Oldest = Delay / 4 },
        ];

        Assert.Equal(Delay / 2, AssertNothing(Decide(lines)).AskAgainAfter);
    }

    [Fact]
    public void WhateverWaitsIsServedWithinATurnOfEachOtherLine()
    {
        // The slow twin of fairness: play it through, with lines that are refilled at once and one image that waits.
        var lines = Enumerable.Range(0, 5).Select(_ => Idle with { Waiting = 3 }).ToArray();
        var served = new List<int>();
        for (var turn = 1; turn <= 25; turn++)
        {
            var line = Decide(lines).Line;
            lines[line] = lines[line] with { LastTurn = turn };
            served.Add(line);
        }

        Assert.All(served.Chunk(5), round => Assert.Equal([0, 1, 2, 3, 4], round.Order()));
    }

    private static RunDecision Decide(LineState[] lines, int cores = 2, int allThreads = 0, int oneThread = 0, int maxBatch = 8) =>
        new RunPolicy(cores, maxBatch, Delay).Decide(lines, allThreads, oneThread);

    private static RunDecision AssertNothing(RunDecision decision)
    {
        Assert.Equal(-1, decision.Line);
        return decision;
    }
}
