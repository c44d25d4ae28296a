using System.Globalization;
using System.Net;
using System.Text;

namespace Serverless.Benchmarks.Charts;

/// <summary>A titled part of a chart, drawn with its upper left corner at the origin; lengths are in the units of the SVG's view box.</summary>
internal abstract class Panel(string title)
{
    public const int Width = 430;

    /// <summary>Between a panel's edge and what it shows.</summary>
    protected const int Margin = 16;

    /// <summary>Where the title ends.</summary>
    protected const int Top = 44;

    public abstract int Height { get; }

    /// <summary>Draws it on a card of a given height, which it shares with its neighbour.</summary>
    public string Draw(int x, int y, int height)
    {
        var svg = new StringBuilder();
        Line(svg, $"""<g transform="translate({x} {y})"><rect class="card" width="{Width}" height="{height}" rx="8"/>""");
        Line(svg, $"""<text class="title" x="{Margin}" y="28">{Text(title)}</text>""");
        DrawContent(svg);
        Line(svg, $"</g>");
        return svg.ToString();
    }

    protected abstract void DrawContent(StringBuilder svg);

    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    protected static void Line(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
