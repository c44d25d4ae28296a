using System.Globalization;
using System.Text;
using Serverless.Benchmarks.Reports;
using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Charts;

/// <summary>The report as a picture (SVG), two panels beside each other, readable on a light and on a dark page.</summary>
internal static class ReportChart
{
    private const int Gap = 12;
    private const int FootHeight = 38;

    /// <summary>Draws the parts that were measured.</summary>
    public static string Draw(Report report)
    {
        List<Panel> panels = [.. Panels(report)];
        var cards = new StringBuilder();
        var y = Gap;
        foreach (var row in panels.Chunk(2))
        {
            var height = row.Max(panel => panel.Height);
            foreach (var (column, panel) in row.Index())
            {
                cards.Append(panel.Draw(Gap + column * (Panel.Width + Gap), y, height));
            }

            y += height + Gap;
        }

        var (width, whole) = (2 * Panel.Width + 3 * Gap, y + FootHeight);
        return string.Create(CultureInfo.InvariantCulture, $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{whole}}" width="{{width}}" height="{{whole}}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="12">
            <style>
            .page { fill: #f6f8fa } .card { fill: #fff; stroke: #d0d7de } text { fill: #1f2328 } .title { font-size: 14px; font-weight: 600 } .small { fill: #59636e; font-size: 11px }
            .rail { fill: #eaeef2 } .Ours { fill: #0969da; stroke: #0969da } .OursInt8 { fill: #1a7f37; stroke: #1a7f37 } .Theirs { fill: #8c959f; stroke: #8c959f } rect.Ours, rect.OursInt8, rect.Theirs { stroke: none }
            .whisker { stroke: #1f2328; stroke-width: 1.2; fill: none; opacity: .7 } .grid { stroke: #d8dee4 } .line { fill: none; stroke-width: 2 }
            @media (prefers-color-scheme: dark) {
            .page { fill: #0d1117 } .card { fill: #151b23; stroke: #3d444d } text { fill: #f0f6fc } .small { fill: #9198a1 } .rail { fill: #262c36 } .grid { stroke: #2f353d } .whisker { stroke: #f0f6fc }
            .Ours { fill: #4493f8; stroke: #4493f8 } .OursInt8 { fill: #3fb950; stroke: #3fb950 } .line { fill: none }
            }
            </style>
            <rect class="page" width="{{width}}" height="{{whole}}"/>
            {{cards}}<text class="small" x="{{Gap}}" y="{{whole - 26}}">Medians; whiskers: the middle four fifths.</text>
            <text class="small" x="{{Gap}}" y="{{whole - 10}}">{{Panel.Text($"{report.Machine}")}}</text>
            </svg>

            """);
    }

    private static IEnumerable<Panel> Panels(Report report)
    {
        if (report.ColdStart is { } cold)
        {
            yield return new BarPanel("Process start to first VGG16 answer", Bars(cold.FirstAnswer, "s", 1000));
        }

        if (report.Throughput is { } throughput)
        {
            yield return new LinePanel(
                "Pictures a second, VGG16", "callers at the same time", [.. throughput.Served.Select(one => new LineSeries(Names.Of(one.Key), one.Value, SideOf(one.Key)))]);
        }

        if (report.Latency is { } latency)
        {
            // What a caller gets; the runs alone are in the table.
            string[] alone = [Contestants.NodeRun, Contestants.MlNetRun, Contestants.PyTorchRun, Contestants.BareInt8];
            yield return new BarPanel("One picture, VGG16", Bars(latency.Vgg16.Where(one => !alone.Contains(one.Key)), "ms", 1));
        }

        if (report.Uploads is { } uploads)
        {
            yield return new BarPanel(
                "Uploads: time a blob until the last document",
                [.. uploads.MsABlob.Select(one => new Bar(Uploaded(one.Key), one.Value, $"{ReportTables.Milliseconds(one.Value with { Count = 1 })} ms", Side.Ours))]);
        }
    }

    private static Bar[] Bars(IEnumerable<KeyValuePair<string, Figure>> figures, string unit, double divisor) =>
    [
        .. figures.OrderBy(one => one.Value.Median).Select(one => new Bar(
            Names.Of(one.Key), one.Value, string.Create(CultureInfo.InvariantCulture, $"{Short(one.Value.Median / divisor)} {unit}"), SideOf(one.Key))),
    ];

    private static string Short(double value) => value.ToString(value < 10 ? "F2" : "F0", CultureInfo.InvariantCulture);

    private static string Uploaded(int count) => count == 1 ? "1 upload" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} uploads at the same time");

    private static Side SideOf(string contestant) => contestant switch
    {
        Contestants.App or Contestants.Classifier => Side.Ours,
        Contestants.AppInt8 => Side.OursInt8,
        _ => Side.Theirs,
    };
}
