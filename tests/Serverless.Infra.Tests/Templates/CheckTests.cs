namespace Serverless.Infra.Tests.Templates;

/// <summary><c>./run infra</c>, the check that reviews rely on.</summary>
public class CheckTests
{
    private static readonly Dictionary<string, string?> Environment = new() { ["BICEP"] = CompiledTemplates.Bicep };

    [Fact]
    public async Task TheTemplatesCompileWithoutWarningAreFormattedAndDeployWhatTheSnapshotsSay()
    {
        var check = await Command.RunAsync(TestFiles.InRepository("infra", "check"), [], Environment);
        Assert.True(check.ExitCode == 0, check.Errors);
    }

    [Fact]
    public async Task AnUnusedVariableABadFormatAndAChangedResourceAreAllReported()
    {
        using var folder = new TemporaryFolder();
        Copy(TestFiles.InRepository("infra"), folder.Path);
        // One hosting is enough to see that a difference is found.
        foreach (var other in CompiledTemplates.Hostings.Except(["cpu"]))
        {
            File.Delete(Path.Combine(folder.Path, $"{other}.bicepparam"));
        }

        Change(folder, "events.bicep", "param topicName string", "param topicName string\nvar unused = 1");
        Change(folder, "storage.bicep", "sku: { name: 'Standard_LRS' }", "sku: {   name: 'Standard_ZRS' }");

        var check = await Command.RunAsync(Path.Combine(folder.Path, "check"), [], Environment);

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("no-unused-vars", check.Errors, StringComparison.Ordinal);
        Assert.Contains("-  sku: {   name: 'Standard_ZRS' }", check.Errors, StringComparison.Ordinal);
    }

    private static void Change(TemporaryFolder folder, string module, string from, string to)
    {
        var path = Path.Combine(folder.Path, "modules", module);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
