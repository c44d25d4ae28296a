using Serverless.ModelTool.Catalogue;

namespace Serverless.ModelTool.Tests.Catalogue;

public sealed class ModelInstallationTests : IDisposable
{
    private readonly TemporaryFolder _models = new();

    private string Folder => _models.File("model");

    [Fact]
    public void WhatIsNotCommittedLeavesNothing()
    {
        using (var installation = ModelInstallation.Begin(Folder))
        {
            installation.StageText("model.onnx", "half a graph");
        }

        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public void WhatWasThereStaysUntilTheNewIsWhole()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(_models.File("model", "model.onnx"), "old");

        using (var installation = ModelInstallation.Begin(Folder))
        {
            installation.StageText("model.onnx", "half a graph");
        }

        Assert.Equal("old", File.ReadAllText(_models.File("model", "model.onnx")));
        Assert.Single(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public void WhatIsCommittedHasItsNames()
    {
        using (var installation = ModelInstallation.Begin(Folder))
        {
            installation.StageText("manifest.json", "{}");
            installation.StageText("model.onnx", "graph");
            installation.StageText("model.weights", "weights");
            installation.Commit("model.onnx");
        }

        Assert.Equal(
            ["manifest.json", "model.onnx", "model.weights"],
            Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TwoAtATimeAreRefused()
    {
        using var first = ModelInstallation.Begin(Folder);

        var exception = Assert.Throws<ModelToolException>(() => ModelInstallation.Begin(Folder));

        Assert.Contains("another run of this tool", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneAfterTheOtherIsFine()
    {
        ModelInstallation.Begin(Folder).Dispose();

        var exception = Record.Exception(() => ModelInstallation.Begin(Folder).Dispose());

        Assert.Null(exception);
    }

    public void Dispose() => _models.Dispose();
}
