namespace Serverless.Classifier.Tests.Imaging.Hostile;

/// <summary>
/// The second process of <see cref="HostileFileTests"/>: asked for by name, it decodes the files of a folder one after another. It stands alone,
/// since that class' fixture starts it.
/// </summary>
public sealed class FolderDecoder
{
    /// <summary>The variable that names the folder; the files lie in <c>files</c>, the answers go to <c>report.tsv</c>.</summary>
    internal const string FolderVariable = "SERVERLESS_TESTS_DECODE_FOLDER";

    [Fact(Explicit = true)]
    public void DecodeAFolder()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, $"{FolderVariable} names no folder");
        using var report = File.CreateText(Path.Combine(folder!, "report.tsv"));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder!, "files")).Order(StringComparer.Ordinal))
        {
            report.WriteLine(DecodeReport.Of(file));
            report.Flush();
        }
    }
}
