using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Models;

public sealed class ManifestReaderTests : IDisposable
{
    /// <summary>The serializer, which is too slow for a cold start.</summary>
    private static readonly JsonSerializerOptions Serializer = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly TemporaryModels _models = new();

    public static TheoryData<string> DeliveredModels => [.. Directory.EnumerateDirectories(TestFiles.InRepository("models")).Select(folder => Path.GetFileName(folder)).Order()];

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

    [Theory]
    [MemberData(nameof(DeliveredModels))]
    public void ADeliveredManifestIsReadAsTheSerializerReadsIt(string name)
    {
        var folder = TestFiles.InRepository("models", name);

        Assert.Equivalent(
            JsonSerializer.Deserialize<Manifest>(File.ReadAllBytes(Path.Combine(folder, ManifestReader.FileName)), Serializer), ManifestReader.Read(folder), strict: true);
    }

    [Fact]
    public void EveryWordIsReadAsTheSerializerReadsIt()
    {
        var manifest = ManifestReader.Read(_models.Add("tiny"));
        Manifest[] all =
        [
            .. Enum.GetValues<WeightsFormat>().Select(format => manifest with
            {
                Source = new() { Format = format, Architecture = "vgg16", Urls = [new("https://a/b")], Md5 = new('0', 32), Sha256 = new('1', 64), Bytes = 1L << 40 },
            }),
            .. Enum.GetValues<TensorLayout>().Select(layout => manifest with { Input = manifest.Input with { Layout = layout } }),
            .. Enum.GetValues<ChannelOrder>().Select(channels => manifest with { Input = manifest.Input with { Name = "image", Channels = channels } }),
            .. Enum.GetValues<ResizeFilter>().Select(filter => manifest with { Input = manifest.Input with { Resize = manifest.Input.Resize with { Filter = filter } } }),
            .. Enum.GetValues<ResizeMode>().Select(mode => manifest with
            {
                Input = manifest.Input with { Resize = manifest.Input.Resize with { Mode = mode, ShortSide = mode == ResizeMode.ShortSideCrop ? 999 : null } },
            }),
            .. Enum.GetValues<OutputKind>().Select(kind => manifest with { Output = manifest.Output with { Name = "answer", Kind = kind } }),
        ];

        Assert.All(all, written =>
        {
            var folder = _models.Add("tiny");
            ManifestReader.Write(written, folder);

            Assert.Equivalent(written, ManifestReader.Read(folder), strict: true);
            Assert.Equivalent(written, JsonSerializer.Deserialize<Manifest>(ManifestReader.Format(written), Serializer), strict: true);
        });
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
    [InlineData("""{"colour": 1}""", "colour is not a field of a manifest")]
    [InlineData("""{"license": null}""", "license is null")]
    [InlineData("""{"schemaVersion": "1"}""", "schemaVersion is \"1\": a whole number is expected")]
    [InlineData("""{"input": 3}""", "input is 3: an object is expected")]
    [InlineData("""{"input": {"width": 224.5}}""", "input.width is 224.5: a whole number is expected")]
    [InlineData("""{"input": {"mean": [1, null, 3]}}""", "input.mean[1] is null: a number is expected")]
    [InlineData("""{"input": {"mean": 1}}""", "input.mean is 1: an array is expected")]
    [InlineData("""{"input": {"std": null}}""", "input.std is null")]
    [InlineData("""{"output": {"name": 7}}""", "output.name is 7: a text is expected")]
    [InlineData("""{"source": {"format": "onnx", "urls": [null], "bytes": "many"}}""", "source.urls[0] is null: an address is expected")]
    [InlineData("""{"source": {"format": "onnx", "urls": [null], "bytes": "many"}}""", "source.bytes is \"many\": a whole number is expected")]
    [InlineData("""{"source": {"urls": ["https://a/b"]}}""", "source.format is missing")]
    [InlineData("""{"accuracy": [{"dataset": "x", "top1": "71 %", "source": "y"}]}""", "accuracy[0].top1 is \"71 %\": a number is expected")]
    [InlineData("""{"accuracy": [{"dataset": "x", "top2": 1, "source": "y"}]}""", "accuracy[0].top2 is not a field of a manifest")]
    [InlineData("""{"graph": {"file": "../model.onnx"}}""", "graph.file")]
    [InlineData("""{"graph": {"sha256": "ABC"}}""", "graph.sha256")]
    [InlineData("""{"output": {"kind": "scores", "labels": "/etc/passwd"}}""", "output.labels")]
    [InlineData("""{"output": {"kind": "guesses"}}""", "output.kind is \"guesses\": probabilities or scores is expected")]
    [InlineData("""{"input": {"width": 0}}""", "input.width is 0")]
    [InlineData("""{"input": {"height": 5000}}""", "input.height is 5000")]
    [InlineData("""{"input": {"scale": 0}}""", "input.scale is 0")]
    [InlineData("""{"input": {"mean": [1, 2]}}""", "input.mean needs three numbers")]
    [InlineData("""{"input": {"std": [1, 0, 1]}}""", "input.std needs three numbers other than 0")]
    [InlineData("""{"input": {"channels": "cmyk"}}""", "input.channels is \"cmyk\": rgb or bgr is expected")]
    [InlineData("""{"input": {"resize": {"mode": "squash", "filter": "nearest", "shortSide": 9}}}""", "no meaning with the mode squash")]
    [InlineData("""{"input": {"resize": {"mode": "shortSideCrop", "filter": "nearest"}}}""", "input.resize.shortSide is missing")]
    [InlineData("""{"input": {"resize": {"mode": "shortSideCrop", "filter": "nearest", "shortSide": 7}}}""", "input.resize.shortSide is 7")]
    [InlineData("""{"input": {"resize": {"mode": "squash", "filter": "sinc"}}}""", "input.resize.filter is \"sinc\": nearest, box, bilinear, hamming, bicubic or lanczos is expected")]
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
    [InlineData("""{"features": {"maps": "a"}}""", "features.maps is not a field of a manifest")]
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
    [InlineData("", "manifest.json: ")]
    [InlineData("[1]", "the manifest is [1]: an object is expected")]
    [InlineData("{", "manifest.json: ")]
    public void WhatIsNoManifestAtAllIsSaidSo(string text, string expected)
    {
        var folder = _models.Add("tiny");
        File.WriteAllText(Path.Combine(folder, ManifestReader.FileName), text);

        var exception = Assert.Throws<InvalidDataException>(() => ManifestReader.Read(folder));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
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
