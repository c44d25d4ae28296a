using Serverless.Benchmarks.Reports;
using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Tests.Reports;

public class ReportTablesTests
{
    private static readonly string Whole = ReportTables.Write(SomeReport.Whole);

    [Theory]
    [InlineData(104.4, 101.2, 110.6, 9, "104 (101-111)")]
    [InlineData(4.54, 4.44, 4.66, 9, "4.5 (4.4-4.7)")]
    [InlineData(104.4, 104.4, 104.4, 1, "104")]
    public void MillisecondsHaveTheirSpreadUnlessTheyWereMeasuredOnce(double median, double p10, double p90, int count, string expected) =>
        Assert.Equal(expected, ReportTables.Milliseconds(new Figure(median, p10, p90, count)));

    [Fact]
    public void ColdStartIsATableOfItsContestants() => Assert.Contains(
        """
        ### First answer: process start to first VGG16 answer

        |  | ms | times this app's |
        | --- | ---: | ---: |
        | this app, over HTTP | 900 (810-990) | 1.00 (1.00-1.00) |
        | Node server (onnxruntime-node, sharp), over HTTP | 1000 (900-1100) | 1.25 (1.00-1.60) |

        The app's worker answers `health/live` after 700 (630-770) ms and VGG16 200 (180-230) ms later; from the start of the local host it is 1300 (1170-1430) ms.
        """,
        Whole, StringComparison.Ordinal);

    [Fact]
    public void UploadsAreATableOfTheirNumbers() => Assert.Contains(
        """
        | uploads at the same time | ms | ms a blob, until the last document |
        | --- | ---: | ---: |
        | 1 | 64 (58-70) | 64 (58-70) |
        | 10 | 270 (243-297) | 41 (37-45) |
        | 100 | 1600 (1440-1760) | 28 (25-31) |
        | 1,000 | 14000 (12600-15400) | 28 |

        1,111 uploads, 0 without a classification.
        """,
        Whole, StringComparison.Ordinal);

    [Fact]
    public void EveryTableHasAsManyCellsInEachRowAsItHasHeadings()
    {
        foreach (var table in Whole.Split("\n\n").Where(part => part.StartsWith('|')))
        {
            Assert.Single(table.Trim().Split('\n').Select(row => row.Count(character => character == '|')).Distinct());
        }
    }

    [Fact]
    public void WhoIsAbsentIsSaidToBe() => Assert.Contains("Not measured: Pillow and Debian's PyTorch: it is not installed.", Whole, StringComparison.Ordinal);

    [Fact]
    public void APartThatWasNotMeasuredHasNoTable() => Assert.DoesNotContain('|', ReportTables.Write(SomeReport.Empty));

    [Fact]
    public void EveryContestantHasAName() => Assert.All(
        typeof(Contestants).GetFields().Select(field => (string)field.GetValue(null)!), contestant => Assert.NotEmpty(Names.Of(contestant)));
}
