namespace Serverless.Benchmarks.Reports;

/// <summary>A table in Markdown; its first column is text, the others are numbers.</summary>
internal static class MarkdownTable
{
    public static string Write(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows) => string.Concat(
        [Row(headings), Row([.. headings.Select((_, column) => column == 0 ? "---" : "---:")]), .. rows.Select(Row)]);

    private static string Row(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |\n";
}
