using System.Text;
using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Charts;

/// <summary>Whose a bar or a line is: it decides the colour.</summary>
internal enum Side
{
    Ours,
    OursInt8,
    Theirs,
}

/// <summary>One bar.</summary>
/// <param name="Label">What stands above it.</param>
/// <param name="Value">Its length; the spread is drawn as a whisker.</param>
/// <param name="Text">The value in words.</param>
/// <param name="Side">Whose it is.</param>
internal sealed record Bar(string Label, Figure Value, string Text, Side Side);

/// <summary>Horizontal bars from zero, shorter is better, the longest (with its whisker) as wide as the panel.</summary>
internal sealed class BarPanel(string title, IReadOnlyList<Bar> bars) : Panel(title)
{
    private const int RowHeight = 33;
    private const int BarHeight = 8;
    private const int Room = Width - 2 * Margin;

    public override int Height => Top + bars.Count * RowHeight + Margin;

    protected override void DrawContent(StringBuilder svg)
    {
        var longest = bars.Max(bar => bar.Value.P90);
        foreach (var (row, bar) in bars.Index())
        {
            var top = Top + row * RowHeight;
            var (low, high) = (Margin + Room * bar.Value.P10 / longest, Margin + Room * bar.Value.P90 / longest);
            var middle = top + 18 + BarHeight / 2.0;
            Line(svg, $"""<text x="{Margin}" y="{top + 12}">{Text(bar.Label)}</text>""");
            Line(svg, $"""<text x="{Width - Margin}" y="{top + 12}" text-anchor="end">{Text(bar.Text)}</text>""");
            Line(svg, $"""<rect class="rail" x="{Margin}" y="{top + 18}" width="{Room}" height="{BarHeight}" rx="{BarHeight / 2}"/>""");
            Line(svg, $"""<rect class="{bar.Side}" x="{Margin}" y="{top + 18}" width="{Room * bar.Value.Median / longest:F1}" height="{BarHeight}" rx="{BarHeight / 2}"/>""");
            Line(svg, $"""<path class="whisker" d="M{low:F1} {middle}H{high:F1}M{low:F1} {middle - 3}v6M{high:F1} {middle - 3}v6"/>""");
        }
    }
}
