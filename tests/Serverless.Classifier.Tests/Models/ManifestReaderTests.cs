using System.Text.Json.Nodes;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Models;

public sealed class ManifestReaderTests : IDisposable
{
    private readonly TemporaryModels _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public void AValidManifestIsReadWithItsDefaults()
    {
        var manifest = ManifestReader.Read(_models.Add("tiny"));

        Assert.Equal(("tiny", "model.onnx", "labels.json"), (manifest.Name, manifest.Graph.File, manifest.Output.Labels));
        Assert.Equal((1f, OutputKind.Scores, ChannelOrder.Rgb), (manifest.Input.Scale, manifest.Output.Kind, manifest.Input.Channels));
        Assert.Equal([0f, 0f, 0f], manifest.Input.Mean);
        Assert.Equal([1f, 1f, 1f], manifest.Input.Std);
    }

    [Fact]
    public void WhatIsWrittenIsReadAgain()
    {
        var folder = _models.Add("tiny");
        var manifest = ManifestReader.Read(folder);

        ManifestReader.Write(manifest with { Description = "Another" }, folder);

        Assert.Equivalent(manifest with { Description = "Another" }, ManifestReader.Read(folder), strict: true);
    }

    [Theory]
    [InlineData("""{"schemaVersion": 2}""", "schemaVersion is 2")]
    [InlineData("""{"name": "Tiny"}""", "name \"Tiny\" may have lower-case letters")]
    [InlineData("""{"name": "other"}""", "differs from its folder's")]
    [InlineData("""{"colour": 1}""", "colour")]
    [InlineData("""{"license": null}""", "license")]
    [InlineData("""{"graph": {"file": "../model.onnx"}}""", "graph.file")]
    [InlineData("""{"graph": {"sha256": "ABC"}}""", "graph.sha256")]
    [InlineData("""{"output": {"kind": "scores", "labels": "/etc/passwd"}}""", "output.labels")]
    [InlineData("""{"output": {"kind": "guesses"}}""", "kind")]
    [InlineData("""{"input": {"width": 0}}""", "input.width is 0")]
    [InlineData("""{"input": {"height": 5000}}""", "input.height is 5000")]
    [InlineData("""{"input": {"scale": 0}}""", "input.scale is 0")]
    [InlineData("""{"input": {"mean": [1, 2]}}""", "input.mean needs three numbers")]
    [InlineData("""{"input": {"std": [1, 0, 1]}}""", "input.std needs three numbers other than 0")]
    [InlineData("""{"input": {"channels": "cmyk"}}""", "channels")]
    [InlineData("""{"input": {"resize": {"mode": "squash", "filter": "nearest", "shortSide": 9}}}""", "no meaning with the mode squash")]
    [InlineData("""{"input": {"resize": {"mode": "shortSideCrop", "filter": "nearest"}}}""", "input.resize.shortSide is missing")]
    [InlineData("""{"input": {"resize": {"mode": "shortSideCrop", "filter": "nearest", "shortSide": 7}}}""", "input.resize.shortSide is 7")]
    [InlineData("""{"input": {"resize": {"mode": "squash", "filter": "sinc"}}}""", "filter")]
    [InlineData("""{"source": {"format": "onnx", "urls": []}}""", "source.urls is empty")]
    [InlineData("""{"source": {"format": "onnx", "urls": ["ftp://a/b"], "md5": "0"}}""", "not an http or https address")]
    [InlineData("""{"source": {"format": "onnx", "urls": ["https://a/b"]}}""", "neither md5 nor sha256")]
    [InlineData("""{"source": {"format": "onnx", "urls": ["https://a/b"], "md5": "xyz"}}""", "source.md5")]
    [InlineData("""{"source": {"format": "keras-hdf5", "urls": ["https://a/b"], "md5": "00000000000000000000000000000000"}}""", "source.architecture is missing")]
    [InlineData("""{"source": {"format": "onnx", "urls": ["https://a/b"], "md5": "00000000000000000000000000000000", "bytes": -1}}""", "source.bytes is -1")]
    [InlineData("""{"features": {}}""", "features names neither map nor vector")]
    [InlineData("""{"features": {"map": " "}}""", "features.map is empty")]
    [InlineData("""{"features": {"vector": "v", "classWeights": "w"}}""", "features.classWeights has no meaning without features.map")]
    [InlineData("""{"features": {"map": "a", "vector": "a"}}""", "names a tensor twice")]
    [InlineData("""{"features": {"vector": "scores"}, "output": {"name": "scores", "kind": "scores"}}""", "or the output with the classes")]
    [InlineData("""{"features": {"maps": "a"}}""", "maps")]
    [InlineData("""{"accuracy": [{"dataset": "x", "top1": 71.3, "source": "y"}]}""", "71.3: a share from 0 to 1")]
    public void AManifestThatCannotBeMeantIsRefusedByWhatIsWrong(string change, string expected)
    {
        var manifest = TemporaryModels.ValidManifest("tiny");
        Merge(manifest, JsonNode.Parse(change)!.AsObject());

        var exception = Assert.Throws<InvalidDataException>(() => ManifestReader.Read(_models.Add("tiny", manifest)));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains("manifest.json", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AllProblemsAreToldAtOnce()
    {
        var manifest = TemporaryModels.ValidManifest("tiny");
        Merge(manifest, JsonNode.Parse("""{"schemaVersion": 3, "input": {"width": -1, "scale": 0}}""")!.AsObject());

        var exception = Assert.Throws<InvalidDataException>(() => ManifestReader.Read(_models.Add("tiny", manifest)));

        Assert.All(["schemaVersion is 3", "input.width is -1", "input.scale is 0"], part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("vgg16")]
    [InlineData("squeezenet1.1")]
    [InlineData("0-my_model")]
    public void ANameIsAFoldersNameEverywhere(string name) => Assert.True(ManifestReader.IsName(name));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData(".hidden")]
    [InlineData("VGG16")]
    [InlineData("vgg16\n")]
    public void APathIsNoName(string? name) => Assert.False(ManifestReader.IsName(name));

    private static void Merge(JsonObject target, JsonObject change)
    {
        foreach (var (key, value) in change)
        {
            if (value is JsonObject inner && target[key] is JsonObject existing && key != "resize")
            {
                Merge(existing, inner);
            }
            else
            {
                target[key] = value?.DeepClone();
            }
        }
    }
}
