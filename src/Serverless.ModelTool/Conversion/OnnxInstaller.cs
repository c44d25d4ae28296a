using Serverless.Classifier.Models;
using Serverless.ModelTool.Catalogue;

namespace Serverless.ModelTool.Conversion;

/// <summary>Puts a published ONNX graph into a model folder as it is.</summary>
internal static class OnnxInstaller
{
    /// <summary>Copies a graph that was checked into the folder.</summary>
    public static void Install(ModelInstallation installation, ModelFolder model, string file)
    {
        var graphFile = model.Manifest.Graph.File;
        File.Copy(file, installation.Stage(graphFile), overwrite: true);
        installation.StageText(Checksums.FileName, Checksums.Format([(graphFile, Checksums.Sha256(file))]));
        installation.Commit(graphFile);
    }
}
