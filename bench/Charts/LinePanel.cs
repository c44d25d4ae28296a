using System.Text;
using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Charts;

/// <summary>One line.</summary>
/// <param name="Label">Stands in the legend.</param>
/// <param name="Points">By the value of the horizontal axis.</param>
/// <param name="Side">Whose it is.</param>
internal sealed record LineSeries(string Label, IReadOnlyDictionary<int, Figure> Points, Side Side);

/// <summary>Lines over a few values that are equally far apart, from zero, with the spread of each point as a whisker.</summary>
internal sealed class LinePanel(string title, string axis, IReadOnlyList<LineSeries> lines) : Panel(title)
{
    private const int PlotHeight = 130;
    private const int Left = Margin + 26;
    private const int LegendRow = 17;
    private static readonly int[] Steps = [1, 2, 4, 8, 10];

    public override int Height => Top + PlotHeight + 40 + lines.Count * LegendRow + Margin;

    protected override void DrawContent(StringBuilder svg)
    {
        int[] places = [.. lines.SelectMany(line => line.Points.Keys).Distinct().Order()];
        var highest = NiceCeiling(lines.SelectMany(line => line.Points.Values).Max(point => point.P90));
        double X(int value) => Left + (Width - Margin - Left) * (Array.IndexOf(places, value) + 0.5) / places.Length;
        double Y(double value) => Top + PlotHeight * (1 - value / highest);

        for (var step = 0; step <= 4; step++)
        {
            var value = highest * step / 4;
            Line(svg, $"""<path class="grid" d="M{Left} {Y(value):F1}H{Width - Margin}"/><text class="small" x="{Left - 6}" y="{Y(value) + 4:F1}" text-anchor="end">{value:G4}</text>""");
        }

        foreach (var place in places)
        {
            Line(svg, $"""<text class="small" x="{X(place):F1}" y="{Top + PlotHeight + 16}" text-anchor="middle">{place}</text>""");
        }

        Line(svg, $"""<text class="small" x="{(Left + Width - Margin) / 2}" y="{Top + PlotHeight + 31}" text-anchor="middle">{Text(axis)}</text>""");
        foreach (var (row, line) in lines.Index())
        {
            var points = line.Points.OrderBy(point => point.Key).Select(point => FormattableString.Invariant($"{X(point.Key):F1},{Y(point.Value.Median):F1}"));
            Line(svg, $"""<polyline class="line {line.Side}" points="{string.Join(' ', points)}"/>""");
            foreach (var (place, value) in line.Points)
            {
                Line(svg, $"""<path class="whisker" d="M{X(place):F1} {Y(value.P10):F1}V{Y(value.P90):F1}"/><circle class="{line.Side}" cx="{X(place):F1}" cy="{Y(value.Median):F1}" r="3.5"/>""");
            }

            var y = Top + PlotHeight + 40 + row * LegendRow;
            Line(svg, $"""<rect class="{line.Side}" x="{Left}" y="{y + 2}" width="14" height="8" rx="4"/><text x="{Left + 22}" y="{y + 10}">{Text(line.Label)}</text>""");
        }
    }

    /// <summary>The next of 1, 2, 4, 8 times a power of ten: its quarters are short numbers.</summary>
    internal static double NiceCeiling(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Steps.Select(step => step * power).First(candidate => candidate >= value);
    }
}
