using Spectre.Console;

namespace Serverless.ModelTool.Output;

/// <summary>Where the tool speaks: tables and bars on a terminal, plain lines into a file or a pipe.</summary>
internal sealed class ToolConsole(TextWriter output, TextWriter error, IAnsiConsole? terminal)
{
    /// <summary>The process's own console.</summary>
    public static ToolConsole OfProcess() => new(Console.Out, Console.Error, Console.IsOutputRedirected ? null : AnsiConsole.Console);

    /// <summary>Whether a person looks on.</summary>
    public bool IsTerminal => terminal is not null;

    /// <summary>Standard output, for what other programs read.</summary>
    public TextWriter Output => output;

    public void WriteLine(string line) => output.WriteLine(line);

    /// <summary>Tells of something that went wrong.</summary>
    public void Error(string line) => error.WriteLine(line);

    /// <summary>Writes rows under headings.</summary>
    public void Table(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (terminal is null)
        {
            PlainTable([headings, .. rows]);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        var widths = Widths([headings, .. rows]);
        foreach (var (heading, width) in headings.Zip(widths))
        {
            // Where the terminal is narrow, the longest texts are folded and the rest stays in one piece.
            table.AddColumn(new TableColumn(Markup.Escape(heading)) { NoWrap = width < widths.Max() });
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        terminal.Write(table);
    }

    /// <summary>Shows how far some work is: a bar on a terminal, elsewhere a line for each tenth.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="work">Tells the amount done and the whole amount, null while it is not known.</param>
    public async Task ProgressAsync(string title, Func<Action<long, long?>, Task> work)
    {
        if (terminal is null)
        {
            await work(PlainProgress(title));
            return;
        }

        await terminal.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(title));
                await work((done, whole) =>
                {
                    task.IsIndeterminate = whole is null;
                    task.MaxValue = whole ?? double.MaxValue;
                    task.Value = done;
                });
            });
    }

    private void PlainTable(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = Widths(rows);
        foreach (var row in rows)
        {
            output.WriteLine(string.Join("  ", row.Zip(widths, (cell, width) => cell.PadRight(width))).TrimEnd());
        }
    }

    private static int[] Widths(IReadOnlyList<IReadOnlyList<string>> rows) =>
        [.. Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(row => row[column].Length))];

    private Action<long, long?> PlainProgress(string title)
    {
        var shown = -1L;
        return (done, whole) =>
        {
            if (whole is > 0 && done * 10 / whole.Value is var tenth && tenth > shown)
            {
                shown = tenth;
                output.WriteLine($"{title}: {tenth * 10} %");
            }
        };
    }
}
