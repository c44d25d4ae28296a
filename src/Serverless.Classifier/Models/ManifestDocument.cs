using System.Text.Json;

namespace Serverless.Classifier.Models;

/// <summary>Reads the text of a manifest, field by field. What <see cref="ManifestJson"/> writes, this reads.</summary>
internal static class ManifestDocument
{
    /// <summary>Reads a manifest.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="problems">Takes what is not as <see cref="Manifest"/> has it: the result counts only where that is nothing.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static Manifest Read(ReadOnlyMemory<byte> json, List<string> problems)
    {
        using var document = JsonDocument.Parse(json);
        return ManifestFields.Read(document.RootElement, ReadManifest, problems);
    }

    private static Manifest ReadManifest(ManifestFields fields) => new()
    {
        SchemaVersion = fields.Integer("schemaVersion"),
        Name = fields.Text("name"),
        Description = fields.Text("description"),
        License = fields.Text("license"),
        Graph = fields.Object("graph", ReadGraph, otherwise: new ModelGraph()),
        Source = fields.OptionalObject("source", ReadSource),
        Input = fields.Object("input", ReadInput),
        Output = fields.Object("output", ReadOutput),
        Features = fields.OptionalObject("features", ReadFeatures),
        Accuracy = fields.Objects("accuracy", ReadAccuracy),
    };

    private static ModelGraph ReadGraph(ManifestFields fields)
    {
        var usual = new ModelGraph();
        return new() { File = fields.Text("file", otherwise: usual.File), Sha256 = fields.OptionalText("sha256") };
    }

    private static WeightsSource ReadSource(ManifestFields fields) => new()
    {
        Format = (WeightsFormat)fields.Choice("format", "keras-hdf5", "onnx"),
        Architecture = fields.OptionalText("architecture"),
        Urls = fields.Addresses("urls"),
        Md5 = fields.OptionalText("md5"),
        Sha256 = fields.OptionalText("sha256"),
        Bytes = fields.OptionalLong("bytes"),
    };

    private static ModelInput ReadInput(ManifestFields fields)
    {
        var input = new ModelInput
        {
            Name = fields.OptionalText("name"),
            Width = fields.Integer("width"),
            Height = fields.Integer("height"),
            Layout = (TensorLayout?)fields.OptionalChoice("layout", "nchw", "nhwc"),
            Channels = (ChannelOrder)fields.Choice("channels", "rgb", "bgr"),
            Resize = fields.Object("resize", ReadResize),
        };
        return input with
        {
            Scale = fields.Number("scale", otherwise: input.Scale),
            Mean = fields.Numbers("mean", otherwise: input.Mean),
            Std = fields.Numbers("std", otherwise: input.Std),
        };
    }

    private static Resize ReadResize(ManifestFields fields) => new()
    {
        Mode = (ResizeMode)fields.Choice("mode", "squash", "shortSideCrop"),
        Filter = (ResizeFilter)fields.Choice("filter", "nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"),
        ShortSide = fields.OptionalInteger("shortSide"),
    };

    private static ModelOutput ReadOutput(ManifestFields fields)
    {
        var output = new ModelOutput { Name = fields.OptionalText("name"), Kind = (OutputKind)fields.Choice("kind", "probabilities", "scores") };
        return output with { Labels = fields.Text("labels", otherwise: output.Labels) };
    }

    private static ModelFeatures ReadFeatures(ManifestFields fields) => new()
    {
        Map = fields.OptionalText("map"),
        Vector = fields.OptionalText("vector"),
        ClassWeights = fields.OptionalText("classWeights"),
    };

    private static Accuracy ReadAccuracy(ManifestFields fields) => new()
    {
        Dataset = fields.Text("dataset"),
        Top1 = fields.OptionalNumber("top1"),
        Top5 = fields.OptionalNumber("top5"),
        Source = fields.Text("source"),
    };
}
