using System.Runtime.InteropServices;

namespace Serverless.Classifier.Inference;

/// <summary>Lets images wait for the network, and begins the runs that the policy decides on. Nobody who waits holds a thread.</summary>
/// <remarks>
/// All state is guarded by one gate. Whatever changes it (a request, a run's end, somebody who leaves, the end of a batch's delay) asks the policy until it
/// decides that nothing begins.
/// </remarks>
internal sealed class RunScheduler(RunPolicy policy, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RunThreads _threads = new();
    private readonly List<RunLine> _lines = [];
    private readonly List<LineState> _states = [];
    private readonly int[] _underWay = new int[2]; // by width
    private ITimer? _timer;
    private long _turns;
    private bool _hasEnded;

    /// <summary>Has the network run on an image, when it is its turn.</summary>
    /// <exception cref="OperationCanceledException">
    /// Nobody waits for it any more: at once while it waits for its turn; otherwise when its run is over, because that reads the tensor.
    /// </exception>
    public Task<RunResult> RunAsync(RunRequest request, CancellationToken cancellation)
    {
        var waiting = new WaitingRun(request, time.GetTimestamp(), cancellation);
        waiting.Registration = cancellation.UnsafeRegister(_ => Leave(waiting), null);
        Change(() =>
        {
            ObjectDisposedException.ThrowIf(_hasEnded, this);
            if (!waiting.HasLeft)
            {
                LineOf(request.Network, request.Features, request.IsCovered).Add(waiting);
            }
        });
        return waiting.Completion.Task;
    }

    /// <summary>Tells that an image is being decoded for a plain run of a session, until what is returned is disposed.</summary>
    public IDisposable? Expect(INetwork network, IReadOnlyList<string> features)
    {
        if (network.BestBatch == 1)
        {
            return null; // nothing would wait for it
        }

        RunLine line = null!;
        Change(() => (line = LineOf(network, features, isCovered: false)).Coming++);
        return new Expected(() => Change(() => line.Coming--));
    }

    /// <summary>Begins nothing any more; whoever waits is told so, and what runs is answered.</summary>
    public void Dispose()
    {
        List<WaitingRun> waiting = [];
        lock (_gate)
        {
            _hasEnded = true;
            _lines.ForEach(line => waiting.AddRange(line.Take(line.Waiting)));
            _timer?.Dispose();
            _threads.Dispose();
        }

        waiting.ForEach(request => request.Completion.TrySetException(new ObjectDisposedException(nameof(RunScheduler))));
    }

    private void Leave(WaitingRun waiting)
    {
        StartedRun? run = null;
        Change(() =>
        {
            waiting.HasLeft = true;
            run = waiting.Run;
            waiting.Line?.Remove(waiting);
        });
        if (run is null)
        {
            waiting.Completion.TrySetCanceled(waiting.Cancellation);
        }
        else
        {
            run.Leave();
        }
    }

    private RunLine LineOf(INetwork network, IReadOnlyList<string> features, bool isCovered)
    {
        var line = _lines.Find(line => line.IsFor(network, features, isCovered));
        if (line is null)
        {
            // Before the line that is being served, behind those that were served before it: who comes and goes never overtakes who stays.
            line = new(network, features, isCovered, _turns - 1);
            _lines.Add(line);
        }

        return line;
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            while (!_hasEnded && Next() is { } run)
            {
                _threads.Begin(() => run.Execute(End));
            }

            _lines.RemoveAll(line => line.IsEmpty);
        }
    }

    private void End(StartedRun run) => Change(() =>
    {
        run.Line.UnderWay--;
        _underWay[(int)run.Width]--;
    });

    private StartedRun? Next()
    {
        var oneThread = _underWay[(int)RunWidth.OneThread];
        var decision = policy.Decide(CollectionsMarshal.AsSpan(States(oneThread)), _underWay[(int)RunWidth.AllThreads], oneThread);
        if (decision.Line < 0)
        {
            AskAgain(decision.AskAgainAfter);
            return null;
        }

        var line = _lines[decision.Line];
        var images = line.Take(decision.Images);
        var run = new StartedRun(line, decision.Width, images);
        foreach (var image in images)
        {
            image.Run = run;
            image.Request.Place.Begin();
        }

        line.LastTurn = ++_turns;
        line.UnderWay++;
        _underWay[(int)decision.Width]++;
        return run;
    }

    private List<LineState> States(int oneThread)
    {
        _states.Clear();
        _states.AddRange(_lines.Select(line => new LineState(
            line.Waiting, line.Coming, time.GetElapsedTime(line.Since), line.Network.BestBatch, line.LastTurn, MayTakeOneThread: false)));
        if (policy.IsCrowd(_states.Sum(line => line.Waiting), oneThread))
        {
            for (var line = 0; line < _states.Count; line++)
            {
                // Only a crowd's question has the session made that this needs.
                _states[line] = _states[line] with { MayTakeOneThread = _lines[line].Waiting > 0 && _lines[line].Network.IsReadyFor(RunWidth.OneThread) };
            }
        }

        return _states;
    }

    private void AskAgain(TimeSpan? after)
    {
        if (after is { } delay)
        {
            _timer ??= time.CreateTimer(_ => Change(() => { }), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Expected(Action over) : IDisposable
    {
        private Action? _over = over;

        public void Dispose() => Interlocked.Exchange(ref _over, null)?.Invoke();
    }
}
