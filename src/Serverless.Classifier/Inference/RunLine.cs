namespace Serverless.Classifier.Inference;

/// <summary>Requests that one run could answer together, the oldest first. The scheduler's gate guards it.</summary>
internal sealed class RunLine(INetwork network, IReadOnlyList<string> features, bool isCovered, long lastTurn)
{
    private readonly LinkedList<WaitingRun> _waiting = new();

    public INetwork Network => network;

    public IReadOnlyList<string> Features => features;

    /// <summary>Images that are being decoded for this line.</summary>
    public int Coming { get; set; }

    /// <summary>The turn in which it was last served, or before which it was opened.</summary>
    public long LastTurn { get; set; } = lastTurn;

    public int Waiting => _waiting.Count;

    /// <summary>Its runs that have begun and not ended.</summary>
    public int UnderWay { get; set; }

    /// <summary>Whether it can be forgotten. While it is being served it is not: it would come back as one that was not served yet.</summary>
    public bool IsEmpty => _waiting.Count == 0 && Coming == 0 && UnderWay == 0;

    /// <summary>Since when the first waits, a timestamp.</summary>
    public long Since => _waiting.First?.Value.Since ?? 0;

    public bool IsFor(INetwork otherNetwork, IReadOnlyList<string> otherFeatures, bool ofCovered) =>
        network == otherNetwork && isCovered == ofCovered && features.SequenceEqual(otherFeatures, StringComparer.Ordinal);

    public void Add(WaitingRun waiting)
    {
        waiting.Line = this;
        _waiting.AddLast(waiting);
    }

    public void Remove(WaitingRun waiting)
    {
        waiting.Line = null;
        _waiting.Remove(waiting);
    }

    public WaitingRun[] Take(int images)
    {
        var taken = new WaitingRun[images];
        for (var image = 0; image < images; image++)
        {
            taken[image] = _waiting.First!.Value;
            Remove(taken[image]);
        }

        return taken;
    }
}
