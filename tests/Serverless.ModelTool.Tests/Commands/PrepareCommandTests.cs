using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Serverless.ModelTool.Tests.Commands;

/// <summary>Models are optimised for this machine, by the real program.</summary>
public sealed partial class PrepareCommandTests : IDisposable
{
    private const string Name = "small";
    private readonly TemporaryFolder _models = new();
    private readonly string _folder;

    public PrepareCommandTests() => _folder = CopiedModel.Make(_models.Path, Name, TestFiles.InRepository("models", "vgg16-cifar10"), _ => { });

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task AModelIsPreparedOnceAndTheCommandSaysWhere()
    {
        var first = await Tool.RunAsync("prepare", Name, "--models", _models.Path);
        var second = await Tool.RunAsync("prepare", Name, "--models", _models.Path);

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.StartsWith($"{Name}: prepared ({Path.Combine(_folder, ".prepared")}", first.Output, StringComparison.Ordinal);
        Assert.StartsWith($"{Name}: was prepared already (", second.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Place().Match(first.Output).Groups[1].Value, "model.onnx")));
    }

    [Fact]
    public async Task WithoutANameEveryModelIsPreparedWhoseWeightsAreHere()
    {
        CopiedModel.Make(_models.Path, "described", TestFiles.InRepository("models", "vgg16"), _ => { });

        var run = await Tool.RunAsync("prepare", "--models", _models.Path);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task AModelWhoseWeightsAreNotHereIsNamedWithTheWayToThem()
    {
        CopiedModel.Make(_models.Path, "described", TestFiles.InRepository("models", "vgg16"), _ => { });

        var run = await Tool.RunAsync("prepare", "described", "--models", _models.Path);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("Error: described cannot be prepared: its weights are not here yet: ./run models pull described\n", run.Error);
    }

    [Fact]
    public async Task APreparedModelStillVerifies()
    {
        await Tool.RunAsync("prepare", Name, "--models", _models.Path);

        var run = await Tool.RunAsync("verify", Name, "--models", _models.Path);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    [Fact]
    public async Task KilledInTheMiddleItLeavesNothingThatIsUsedAndTheNextRunMakesItWhole()
    {
        using (var process = Process.Start(Tool.Start("prepare", Name, "--models", _models.Path))!)
        {
            await Eventually.TrueAsync(() => process.HasExited || Directory.Exists(Path.Combine(_folder, ".prepared", "making")));
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var classified = await Tool.RunAsync("classify", TestFiles.InRepository("samples", "chelsea.png"), "--model", Name, "--format", "json", "--models", _models.Path);
        Assert.True(classified.ExitCode == 0, classified.Error);

        var run = await Tool.RunAsync("prepare", Name, "--models", _models.Path);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, ".prepared")));
    }

    [GeneratedRegex(@"\(([^)]+)\)")]
    private static partial Regex Place();
}
