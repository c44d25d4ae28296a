namespace Serverless.LocalHost.Triggers;

/// <summary>How a version stands when an invocation for it arrives.</summary>
internal enum Admission
{
    /// <summary>Run it, and say how it went.</summary>
    Run,

    /// <summary>It was done before.</summary>
    Done,

    /// <summary>It failed as often as allowed; the poison queue gets it.</summary>
    Poisoned,

    /// <summary>It runs in this moment.</summary>
    Running,
}

/// <summary>
/// What became of each blob version: announced to the SDK, running, done, poisoned. Pure bookkeeping, no storage:
/// whoever calls sees to the receipts.
/// </summary>
internal sealed class BlobLedger(int tries)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<BlobVersion, Entry> _entries = [];

    private sealed class Entry
    {
        public int Failures { get; set; }

        public bool Done { get; set; }

        public TaskCompletionSource? Running { get; set; }
    }

    /// <summary>A version whose receipt lies in the storage.</summary>
    public void Remember(BlobVersion version)
    {
        lock (_lock)
            _entries[version] = new Entry { Done = true };
    }

    /// <summary>True when nobody knew of the version: then it is to be announced, once.</summary>
    public bool TryAnnounce(BlobVersion version)
    {
        lock (_lock)
            return _entries.TryAdd(version, new Entry());
    }

    /// <summary>The announcement did not get through.</summary>
    public void Retract(BlobVersion version)
    {
        lock (_lock)
            if (_entries.TryGetValue(version, out var entry) && entry is { Done: false, Running: null })
                _entries.Remove(version);
    }

    /// <summary>Asks leave to run a version. <paramref name="running"/> completes when the invocation that runs in this moment ends, however it ends.</summary>
    public Admission TryBegin(BlobVersion version, out Task running)
    {
        running = Task.CompletedTask;
        lock (_lock)
        {
            if (!_entries.TryGetValue(version, out var entry))
                _entries[version] = entry = new Entry();
            if (entry.Running is { } other)
            {
                running = other.Task;
                return Admission.Running;
            }
            if (entry.Done)
                return entry.Failures >= tries ? Admission.Poisoned : Admission.Done;
            entry.Running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return Admission.Run;
        }
    }

    public void Succeed(BlobVersion version) => End(version, entry => entry.Done = true);

    /// <summary>True when that was the last try.</summary>
    public bool Fail(BlobVersion version)
    {
        var last = false;
        End(version, entry => last = entry.Done = ++entry.Failures >= tries);
        return last;
    }

    /// <summary>It neither succeeded nor failed: the host stops, and the next one runs it.</summary>
    public void Abandon(BlobVersion version) => End(version, _ => { });

    /// <summary>The SDK was started anew with an empty queue: what was announced to it and has not begun is unknown again, tries begin anew.</summary>
    public void ForgetUnfinished()
    {
        lock (_lock)
        {
            foreach (var (version, entry) in _entries.Where(pair => !pair.Value.Done).ToList())
                if (entry.Running is null)
                    _entries.Remove(version);
                else
                    entry.Failures = 0;
        }
    }

    private void End(BlobVersion version, Action<Entry> change)
    {
        TaskCompletionSource? running = null;
        lock (_lock)
        {
            if (!_entries.TryGetValue(version, out var entry))
                return;
            (running, entry.Running) = (entry.Running, null);
            change(entry);
        }
        running?.TrySetResult();
    }
}
