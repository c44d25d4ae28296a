using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests.Networks;

/// <summary>A models folder with one trained network that lies outside the repository, served by a manifest that lies here.</summary>
internal static class SharedNetwork
{
    public static void Link(TemporaryModels models, string name, string graph, string labels)
    {
        var folder = Directory.CreateDirectory(Path.Combine(models.Root, name)).FullName;
        File.Copy(TestFiles.InRepository("tests", "Serverless.Classifier.Tests", "Networks", $"{name}.manifest.json"), Path.Combine(folder, "manifest.json"));
        File.CreateSymbolicLink(Path.Combine(folder, "model.onnx"), graph);
        File.CreateSymbolicLink(Path.Combine(folder, "labels.json"), labels);
    }
}
