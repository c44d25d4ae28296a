using System.Globalization;
using System.Text;

namespace Serverless.Functions.Metrics;

/// <summary>Prometheus's text format, version 0.0.4, with OpenTelemetry's rules for names: dots become underscores, the unit and <c>_total</c> are added.</summary>
internal static class PrometheusText
{
    /// <summary>Every metric with its help and type, in order of name.</summary>
    public static string Write(IEnumerable<Metric> metrics)
    {
        var text = new StringBuilder();
        foreach (var metric in metrics.OrderBy(metric => metric.Name, StringComparer.Ordinal))
        {
            var name = NameOf(metric);
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {metric.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {metric.Kind.ToString().ToLowerInvariant()}\n");
            foreach (var (labels, series) in metric.Series.OrderBy(series => series.Key, StringComparer.Ordinal))
            {
                WriteSeries(text, name, metric, labels, series);
            }
        }

        return text.ToString();
    }

    /// <summary>Attributes as labels, in order of name: <c>error_type="too_busy"</c>.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> attributes)
    {
        var labels = new List<string>(attributes.Length);
        foreach (var (name, value) in attributes)
        {
            labels.Add($"{Plain(name)}=\"{Escaped(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")}\"");
        }

        labels.Sort(StringComparer.Ordinal);
        return string.Join(',', labels);
    }

    private static void WriteSeries(StringBuilder text, string name, Metric metric, string labels, Series series)
    {
        if (metric.Kind != MetricKind.Histogram)
        {
            WriteLine(text, name, labels, series.Sum);
            return;
        }

        var sofar = 0L;
        for (var bucket = 0; bucket < series.Buckets.Count; bucket++)
        {
            sofar += series.Buckets[bucket];
            var bound = bucket < metric.Bounds.Count ? metric.Bounds[bucket].ToString(CultureInfo.InvariantCulture) : "+Inf";
            WriteLine(text, $"{name}_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", sofar);
        }

        WriteLine(text, $"{name}_sum", labels, series.Sum);
        WriteLine(text, $"{name}_count", labels, series.Count);
    }

    private static void WriteLine(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(CultureInfo.InvariantCulture, $" {value}\n");
    }

    private static string NameOf(Metric metric) =>
        // A unit in braces, such as {image}, is a remark.
        $"{Plain(metric.Name)}{(metric.Unit == "s" ? "_seconds" : "")}{(metric.Kind == MetricKind.Counter ? "_total" : "")}";

    private static string Plain(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));

    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
