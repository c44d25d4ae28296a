using System.Text.Json;

namespace Serverless.Infra.Tests.Published;

/// <summary>What is in the published folder, and what is not.</summary>
[Collection(nameof(AppForAzure))]
public class AppFolderTests(AppForAzure app)
{
    [Theory]
    [InlineData("host.json")]
    [InlineData("worker.config.json")]
    [InlineData("functions.metadata")]
    [InlineData(".azurefunctions/function.deps.json")]
    [InlineData("models/efficientnet-lite0/manifest.json")]
    [InlineData("libonnxruntime.so")]
    [InlineData("libonnxruntime_providers_cuda.so")]
    [InlineData("libvips.so.42")]
    [InlineData("LICENSE")]
    [InlineData("THIRD-PARTY-NOTICES.md")]
    [InlineData("libvips-THIRD-PARTY-NOTICES.md")]
    public void TheFolderIsComplete(string file) => Assert.True(File.Exists(Path.Combine(app.Path, file)));

    [Fact]
    public void OnlyTheModelsAskedForAreThere() =>
        Assert.Equal(["efficientnet-lite0"], Directory.EnumerateDirectories(Path.Combine(app.Path, "models")).Select(folder => Path.GetFileName(folder)));

    [Fact]
    public void NativeLibrariesAreThoseOfTheImagesPlatform()
    {
        Assert.False(Directory.Exists(Path.Combine(app.Path, "runtimes")));
        Assert.DoesNotContain(Directory.EnumerateFiles(app.Path), file => Path.GetFileName(file) is "onnxruntime.dll" or "libvips-42.dll" || file.EndsWith(".dylib", StringComparison.Ordinal));
    }

    [Fact]
    public void UploadsComeFromEventGrid() => Assert.Equal("EventGrid", SourceOfUploads(app.Path));

    [Fact]
    public void WhatRunsHereLooksForUploadsItself() => Assert.Null(SourceOfUploads(TestFiles.InRepository("artifacts", "app")));

    private static string? SourceOfUploads(string folder)
    {
        using var metadata = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "functions.metadata")));
        var trigger = metadata.RootElement.EnumerateArray().SelectMany(function => function.GetProperty("bindings").EnumerateArray())
            .Single(binding => binding.GetProperty("type").GetString() == "blobTrigger");
        return trigger.TryGetProperty("source", out var source) && source.GetString() == "EventGrid" ? "EventGrid" : null;
    }
}

[CollectionDefinition(nameof(AppForAzure))]
public class AppForAzureGroup : ICollectionFixture<AppForAzure>;
