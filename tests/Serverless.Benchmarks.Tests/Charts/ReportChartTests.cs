using System.Globalization;
using System.Xml.Linq;
using Serverless.Benchmarks.Charts;
using Serverless.Benchmarks.Tests.Reports;

namespace Serverless.Benchmarks.Tests.Charts;

public class ReportChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly XDocument Whole = XDocument.Parse(ReportChart.Draw(SomeReport.Whole));

    [Fact]
    public void BarsAreAsLongAsTheirValues()
    {
        var (app, node) = (BarUnder("this app, over HTTP"), BarUnder("Node server (onnxruntime-node, sharp), over HTTP"));

        Assert.Equal(0.9, app / node, 2);
    }

    [Fact]
    public void TheLongestWhiskerFillsThePanel() => Assert.Equal((Panel.Width - 32) / 1.1, BarUnder("Node server (onnxruntime-node, sharp), over HTTP"), 0);

    [Fact]
    public void OursAndTheirsHaveColoursOfTheirOwn()
    {
        Assert.Equal("Ours", ClassUnder("this app, over HTTP"));
        Assert.Equal("Theirs", ClassUnder("Node server (onnxruntime-node, sharp), over HTTP"));
    }

    [Fact]
    public void RunsAloneAreLeftToTheTable() => Assert.DoesNotContain("onnxruntime-node alone", Texts());

    [Fact]
    public void EveryLineHasAPointForEachNumberOfCallers()
    {
        var lines = Whole.Descendants(Svg + "polyline").Select(line => line.Attribute("points")!.Value.Split(' ')).ToList();

        Assert.Equal([2, 2], lines.Select(points => points.Length));
        // Throughput grows upwards: the second point of each is higher, so its y is smaller.
        Assert.All(lines, points => Assert.True(Y(points[1]) < Y(points[0])));
    }

    [Fact]
    public void ThePageIsWideEnoughForTwoPanelsAndHighEnoughForAll()
    {
        var root = Whole.Root!;
        var (width, height) = (int.Parse(root.Attribute("width")!.Value, CultureInfo.InvariantCulture), int.Parse(root.Attribute("height")!.Value, CultureInfo.InvariantCulture));

        Assert.Equal($"0 0 {width} {height}", root.Attribute("viewBox")!.Value);
        Assert.All(Whole.Descendants(Svg + "g"), panel =>
        {
            var corner = panel.Attribute("transform")!.Value["translate(".Length..^1].Split(' ').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            var card = panel.Element(Svg + "rect")!;
            Assert.InRange(corner[0] + (int)card.Attribute("width")!, 1, width);
            Assert.InRange(corner[1] + (int)card.Attribute("height")!, 1, height);
        });
    }

    [Fact]
    public void TheMachineIsNamedBelow() => Assert.Contains(Texts(), text => text.StartsWith("A <Processor>, 2 cores", StringComparison.Ordinal));

    [Fact]
    public void PartsThatWereNotMeasuredAreNotDrawn() => Assert.Empty(XDocument.Parse(ReportChart.Draw(SomeReport.Empty)).Descendants(Svg + "g"));

    [Theory]
    [InlineData(9.1, 10)]
    [InlineData(10, 10)]
    [InlineData(0.3, 0.4)]
    [InlineData(42, 80)]
    public void AnAxisEndsAtAShortNumber(double value, double expected) => Assert.Equal(expected, LinePanel.NiceCeiling(value), 9);

    private static IEnumerable<string> Texts() => Whole.Descendants(Svg + "text").Select(text => text.Value);

    private static double BarUnder(string label) => (double)RectUnder(label).Attribute("width")!;

    private static string ClassUnder(string label) => RectUnder(label).Attribute("class")!.Value;

    /// <summary>The bar of a label's first appearance: its rail comes before it.</summary>
    private static XElement RectUnder(string label) => Whole.Descendants(Svg + "text").First(text => text.Value == label).ElementsAfterSelf(Svg + "rect").ElementAt(1);

    private static double Y(string point) => double.Parse(point.Split(',')[1], CultureInfo.InvariantCulture);
}
