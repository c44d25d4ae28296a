using Serverless.ModelTool.Output;
using Spectre.Console;

namespace Serverless.ModelTool.Tests.Output;

public sealed class ToolConsoleTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void IntoAPipeATableIsAlignedText()
    {
        Plain().Table(["Name", "Size"], [["short", "1"], ["much longer", "22"]]);

        Assert.Equal("Name         Size\nshort        1\nmuch longer  22\n", _output.ToString());
    }

    [Fact]
    public async Task IntoAPipeProgressIsALineForEachTenth()
    {
        await Plain().ProgressAsync("Work", progress =>
        {
            for (var done = 0; done <= 100; done++)
            {
                progress(done, 100);
            }

            return Task.CompletedTask;
        });

        Assert.Equal(Enumerable.Range(0, 11).Select(tenth => $"Work: {tenth * 10} %"), _output.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task IntoAPipeAnUnknownWholeIsSilent()
    {
        await Plain().ProgressAsync("Work", progress =>
        {
            progress(5, null);
            return Task.CompletedTask;
        });

        Assert.Empty(_output.ToString());
    }

    [Fact]
    public void OnATerminalATableHasItsTextsAsTheyAre()
    {
        Terminal().Table(["Name"], [["[red]not a colour[/]"]]);

        Assert.Contains("│ [red]not a colour[/] │", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void OnANarrowTerminalOnlyTheLongestColumnIsFolded()
    {
        Terminal(width: 40).Table(["Name", "Description"], [["efficientnet-lite0", "a description that has no room on this terminal"]]);

        Assert.Contains("│ efficientnet-lite0 │", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnATerminalProgressIsABarWithItsTitle()
    {
        await Terminal(ansi: true).ProgressAsync("[Work]", progress =>
        {
            progress(1, null);
            progress(50, 100);
            progress(100, 100);
            return Task.CompletedTask;
        });

        Assert.Contains("[Work]", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("100%", _output.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _output.Dispose();

    private ToolConsole Plain() => new(_output, _output, terminal: null);

    private ToolConsole Terminal(int width = 80, bool ansi = false)
    {
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(_output),
            Interactive = InteractionSupport.Yes,
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
        });
        terminal.Profile.Width = width;
        return new(_output, _output, terminal);
    }
}
