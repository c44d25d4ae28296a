using System.Diagnostics.Metrics;

namespace Serverless.Functions.Metrics;

/// <summary>One instrument and what it measured.</summary>
/// <param name="name">The instrument's.</param>
/// <param name="unit">The instrument's, in UCUM.</param>
/// <param name="help">What it measures.</param>
/// <param name="kind">How its measurements add up.</param>
/// <param name="bounds">Upper bounds of a histogram's buckets, rising; the last bucket has none. Empty for other kinds.</param>
internal sealed class Metric(string name, string? unit, string help, MetricKind kind, IReadOnlyList<double> bounds)
{
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);

    public string Name => name;

    public string? Unit => unit;

    public string Help => help;

    public MetricKind Kind => kind;

    public IReadOnlyList<double> Bounds => bounds;

    /// <summary>What was measured, by its labels as they are written.</summary>
    public IReadOnlyDictionary<string, Series> Series => _series;

    /// <summary>The metric of an instrument; null for a kind that is not served.</summary>
    public static Metric? Of(Instrument instrument) => instrument switch
    {
        Counter<long> => new(instrument.Name, instrument.Unit, instrument.Description ?? "", MetricKind.Counter, []),
        UpDownCounter<long> => new(instrument.Name, instrument.Unit, instrument.Description ?? "", MetricKind.Gauge, []),
        Histogram<double> { Advice: var advice } => Histogram(instrument, advice?.HistogramBucketBoundaries),
        Histogram<int> { Advice: var advice } => Histogram(instrument, advice?.HistogramBucketBoundaries?.Select(bound => (double)bound)),
        _ => null,
    };

    public void Add(string labels, double value)
    {
        if (!_series.TryGetValue(labels, out var series))
        {
            _series.Add(labels, series = new Series(new long[Kind == MetricKind.Histogram ? Bounds.Count + 1 : 0]));
        }

        series.Add(value, Bounds);
    }

    /// <summary>The same, unmoved by later measurements.</summary>
    public Metric Copy()
    {
        var copy = new Metric(name, unit, help, kind, bounds);
        foreach (var (labels, series) in _series)
        {
            copy._series[labels] = series.Copy();
        }

        return copy;
    }

    private static Metric Histogram(Instrument instrument, IEnumerable<double>? bounds) =>
        new(instrument.Name, instrument.Unit, instrument.Description ?? "", MetricKind.Histogram, [.. bounds ?? []]);
}

/// <summary>How measurements add up.</summary>
internal enum MetricKind
{
    /// <summary>A sum that only grows.</summary>
    Counter,

    /// <summary>A sum that grows and shrinks.</summary>
    Gauge,

    /// <summary>Counts by size.</summary>
    Histogram,
}

/// <summary>The measurements with the same labels.</summary>
/// <param name="buckets">How many fell in each bucket; empty where there are none.</param>
internal sealed class Series(long[] buckets)
{
    /// <summary>How many fell in each bucket, not yet added up.</summary>
    public IReadOnlyList<long> Buckets => buckets;

    /// <summary>How many measurements.</summary>
    public long Count { get; private set; }

    /// <summary>Their sum.</summary>
    public double Sum { get; private set; }

    public void Add(double value, IReadOnlyList<double> bounds)
    {
        Count++;
        Sum += value;
        if (buckets.Length > 0)
        {
            var bucket = 0;
            while (bucket < bounds.Count && value > bounds[bucket])
            {
                bucket++;
            }

            buckets[bucket]++;
        }
    }

    public Series Copy() => new([.. buckets]) { Count = Count, Sum = Sum };
}
