using Serverless.Classifier.Models;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Quantization.Accuracy;

namespace Serverless.ModelTool.Quantization;

/// <summary>Puts an int8 model beside the float32 model that it was made of.</summary>
internal static class QuantizedModelWriter
{
    /// <summary>What licences ask to be passed on with the weights.</summary>
    private static readonly string[] Notices = ["LICENSE*", "NOTICE*"];

    /// <summary>Writes the folder.</summary>
    /// <param name="installation">The new model's folder.</param>
    /// <param name="name">The new model's name.</param>
    /// <param name="source">The float32 model.</param>
    /// <param name="quantizer">Where the graph lies.</param>
    /// <param name="quantization">What was measured.</param>
    /// <param name="checkedWith">Name of the folder of the check's pictures.</param>
    public static void Write(
        ModelInstallation installation, string name, ModelFolder source, ModelQuantizer quantizer, QuantizationResult quantization, string checkedWith)
    {
        var graphFile = source.Manifest.Graph.File;
        List<(string Name, string Sha256)> checksums = [];
        foreach (var file in new[] { quantizer.GraphPath, quantizer.WeightsPath }.Where(File.Exists))
        {
            var fileName = Path.GetFileName(file);
            File.Copy(file, installation.Stage(fileName), overwrite: true);
            checksums.Add((fileName, Checksums.Sha256(file)));
        }

        foreach (var file in Notices.SelectMany(pattern => Directory.EnumerateFiles(source.Folder, pattern)).Append(Path.Combine(source.Folder, source.Manifest.Output.Labels)))
        {
            File.Copy(file, installation.Stage(Path.GetFileName(file)), overwrite: true);
        }

        var manifest = Describe(name, source.Manifest, quantization, checkedWith) with
        {
            Graph = source.Manifest.Graph with { Sha256 = checksums.First(file => file.Name == graphFile).Sha256 },
        };
        installation.StageText(Checksums.FileName, Checksums.Format(checksums));
        installation.StageText(ManifestReader.FileName, ManifestReader.Format(manifest));
        installation.Commit(graphFile);
    }

    /// <summary>All that feeds the graph and reads its answer stays; figures of the float32 model are not this model's.</summary>
    private static Manifest Describe(string name, Manifest source, QuantizationResult quantization, string checkedWith) => source with
    {
        Name = name,
        Description = $"{source.Description.TrimEnd('.')}; quantized to 8 bits from {source.Name}.",
        Source = null,
        Accuracy = [Measured(source.Name, quantization.Check, checkedWith)],
    };

    private static Classifier.Models.Accuracy Measured(string source, Comparison comparison, string checkedWith)
    {
        var text = $"Measured by models quantize: {AccuracyGate.Percent(comparison.Agreement)} of the first answers are those of {source}";
        return new()
        {
            Dataset = FormattableString.Invariant($"{comparison.Pictures:N0} pictures of the folder {checkedWith}"),
            Top1 = comparison.Labelled is { } labelled ? Math.Round(labelled.Int8Top1, 4) : null,
            Top5 = comparison.Labelled is not null ? Math.Round(comparison.Labelled.Int8Top5, 4) : null,
            Source = comparison.Labelled is { } float32
                ? $"{text}, which has {AccuracyGate.Percent(float32.FloatTop1)} top-1 and {AccuracyGate.Percent(float32.FloatTop5)} top-5 there"
                : text,
        };
    }
}
