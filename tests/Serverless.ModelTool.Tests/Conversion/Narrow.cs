using Serverless.Classifier.Models;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Conversion;
using Serverless.ModelTool.Keras;

namespace Serverless.ModelTool.Tests.Conversion;

/// <summary>The narrow VGG16 of the fixtures as a model folder, made in this process.</summary>
internal static class Narrow
{
    public static string Keras2Weights { get; } = TestFiles.Fixture("keras", "narrow-vgg16", "keras2-weights.h5");

    /// <summary>Describes it, without its weights.</summary>
    public static ModelFolder Describe(string root, string name, Func<Manifest, Manifest>? change = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        var manifest = new Manifest
        {
            SchemaVersion = 1,
            Name = name,
            Description = "A narrow VGG16",
            License = "MIT",
            Input = Vgg.Vgg16.Input,
            Output = new() { Kind = OutputKind.Probabilities },
        };
        File.WriteAllText(Path.Combine(folder, ManifestReader.FileName), ManifestReader.Format(change?.Invoke(manifest) ?? manifest));
        File.WriteAllText(Path.Combine(folder, "labels.json"), LabelFile.ImageNet().Text);
        return new ModelStore(root).Open(name);
    }

    /// <summary>The whole model.</summary>
    public static ModelFolder Convert(string root, string name, string? weightFile = null)
    {
        var model = Describe(root, name);
        using var file = KerasFile.Open(weightFile ?? Keras2Weights);
        using var installation = ModelInstallation.Begin(model.Folder);
        ModelConverter.ConvertDescribed(
            installation, model, new KnownNetwork(Vgg.Vgg16, file.Weights), (_, _) => { }, TestContext.Current.CancellationToken);
        return model;
    }
}
