using System.Diagnostics;
using System.Globalization;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;
using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Onnx;

namespace Serverless.ModelTool.Verification;

/// <summary>
/// Looks at everything that must fit together in a model's folder, in this order, and ends at the first thing that makes the rest
/// senseless.
/// </summary>
internal static class ModelVerifier
{
    /// <summary>How far the sum of probabilities may be from 1; float16 graphs round each to 3 digits.</summary>
    private const double SumTolerance = 0.01;

    public static IEnumerable<Check> Verify(ModelStore store, string name)
    {
        ModelFolder? model = null;
        yield return Try("manifest", () =>
        {
            model = store.Open(name);
            return $"describes {model.Manifest.Input.Width} x {model.Manifest.Input.Height} pixels, {model.Labels.Count} classes";
        });
        if (model is null)
        {
            yield break;
        }

        if (!model.HasGraph)
        {
            yield return new("graph", $"{model.GraphPath} is missing" + (model.Manifest.Source is null ? "" : $"; 'pull {name}' gets it"), IsRight: false);
            yield break;
        }

        Dictionary<string, string> sha256 = [];
        string Sha256(string file) => sha256.TryGetValue(file, out var known) ? known : sha256[file] = Checksums.Sha256(Path.Combine(model.Folder, file));

        yield return Try("graph checksum", () => CheckGraph(model, Sha256(model.Manifest.Graph.File)));
        yield return Try(Checksums.FileName, () => CheckList(model, Sha256));
        yield return Try("weights", () => CheckWeights(model, Sha256));
        yield return Try("run", () => CheckRun(model));
    }

    private static Check Try(string what, Func<string> check)
    {
        try
        {
            return new(what, check(), IsRight: true);
        }
        catch (Exception exception) when (exception
            is ModelToolException or ClassifierException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new(what, exception.Message, IsRight: false);
        }
    }

    private static string CheckGraph(ModelFolder model, string actual) => model.Manifest.Graph.Sha256 switch
    {
        null => $"{actual}; the manifest names none",
        var expected when expected == actual => $"{actual}, as the manifest says",
        var expected => throw new ModelToolException(
            $"{model.GraphPath} has {actual}, the manifest says {expected}: the file was changed or is damaged"),
    };

    private static string CheckList(ModelFolder model, Func<string, string> sha256)
    {
        var files = Checksums.Read(model.Folder);
        foreach (var (file, expected) in files)
        {
            if (sha256(file) != expected)
            {
                throw new ModelToolException($"{file} has {sha256(file)}, {Checksums.FileName} says {expected}: the file was changed or is damaged");
            }
        }

        return files.Count == 0 ? "there is no such list" : $"{files.Count} files are as it says";
    }

    private static string CheckWeights(ModelFolder model, Func<string, string> sha256)
    {
        var graph = OnnxFile.Read(model.GraphPath);
        foreach (var tensor in graph.ExternalTensors)
        {
            var length = new FileInfo(Path.Combine(model.Folder, tensor.File)) is { Exists: true } file
                ? file.Length
                : throw new ModelToolException($"{Path.Combine(model.Folder, tensor.File)} is missing; the graph has {tensor.Name} in it");
            if (tensor.Offset + tensor.Length > length)
            {
                throw new ModelToolException(
                    $"{tensor.File} is cut off: it has {length:N0} bytes, {tensor.Name} ends at {tensor.Offset + tensor.Length:N0}");
            }
        }

        var files = graph.ExternalTensors.Select(tensor => tensor.File).Distinct().ToArray();
        if (graph.WeightsSha256 is { } expected && files is [var weights] && sha256(weights) != expected)
        {
            throw new ModelToolException($"{weights} has the SHA-256 {sha256(weights)}, the graph was made for {expected}");
        }

        return files.Length == 0 ? "in the graph" : $"{graph.ExternalTensors.Count} tensors in {string.Join(", ", files)}, all there";
    }

    private static string CheckRun(ModelFolder model)
    {
        var start = Stopwatch.GetTimestamp();
        using var session = ModelSession.Load(model, InferenceDevice.Cpu);
        var loaded = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        var classes = session.Run(new float[session.TensorLength], CancellationToken.None);
        var ran = Stopwatch.GetElapsedTime(start);
        if (Array.Exists(classes, value => !float.IsFinite(value)))
        {
            throw new ModelToolException("the answer has numbers that are none (NaN or infinity)");
        }

        var sum = classes.Sum(value => (double)value);
        return model.Manifest.Output.Kind == OutputKind.Probabilities && Math.Abs(sum - 1) > SumTolerance
            ? throw new ModelToolException(string.Create(
                CultureInfo.InvariantCulture, $"the manifest promises probabilities, but the answers sum to {sum:g4}: output.kind may have to be \"scores\""))
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{classes.Length} classes, {session.Layout}; ready after {loaded.TotalMilliseconds:0} ms, one image {ran.TotalMilliseconds:0.0} ms");
    }
}
