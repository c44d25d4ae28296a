namespace Serverless.ModelTool.Output;

/// <summary>Tells on standard error how far work of several stages is: a line when a stage begins and for each quarter of it.</summary>
internal sealed class StageProgress(ToolConsole console)
{
    private const int Parts = 4;
    private string? _stage;
    private long _shown;

    /// <summary>Takes note.</summary>
    /// <param name="stage">What is done.</param>
    /// <param name="done">How much of it.</param>
    /// <param name="whole">How much there is; null while it is not known.</param>
    public void Report(string stage, long done, long? whole)
    {
        var part = whole is > 0 ? done * Parts / whole.Value : 0;
        if (stage != _stage || part > _shown)
        {
            console.Error(part == 0 ? $"{stage} ..." : $"{stage}: {part * 100 / Parts} %");
            (_stage, _shown) = (stage, part);
        }
    }
}
