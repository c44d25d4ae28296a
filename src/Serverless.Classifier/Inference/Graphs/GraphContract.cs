using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Inference.Graphs;

/// <summary>What a graph takes and gives, read once from the session and held against the manifest.</summary>
/// <param name="InputName">Name of the input that takes the image.</param>
/// <param name="Layout">Order of the input's axes.</param>
/// <param name="InputType">float32 or float16.</param>
/// <param name="Batch">Images a run takes: the graph's fixed number, 1 where it is free.</param>
/// <param name="IsBatchFree">Whether a run may take any number of images.</param>
/// <param name="OutputName">Name of the output with the classes.</param>
internal sealed record GraphContract(string InputName, TensorLayout Layout, TensorElementType InputType, int Batch, bool IsBatchFree, string OutputName)
{
    private const int ColourChannels = 3;

    /// <summary>Reads the contract.</summary>
    /// <exception cref="InvalidDataException">The graph does not fit the manifest; every difference in one message.</exception>
    public static GraphContract Read(InferenceSession session, Manifest manifest)
    {
        var problems = new List<string>();
        var input = Choose(session.InputMetadata, manifest.Input.Name, "input", problems);
        var output = Choose(WithoutFeatures(session.OutputMetadata, manifest), manifest.Output.Name, "output", problems);
        var layout = TensorLayout.Nchw;
        var batch = 0;
        if (input is { } image)
        {
            CheckElementType(image, "input", problems);
            if (image.Value.Dimensions is not { Length: 4 } shape)
            {
                problems.Add($"its input {Describe(image)} has not the four axes of a batch of images");
            }
            else
            {
                batch = Math.Max(shape[0], 0);
                layout = ReadLayout(image, manifest.Input, problems);
                CheckSize(image, layout, manifest.Input, problems);
            }
        }

        if (output is { } classes)
        {
            CheckElementType(classes, "output", problems);
        }

        CheckFeatures(session.OutputMetadata, manifest.Features, problems);

        return problems.Count == 0
            ? new GraphContract(input!.Value.Key, layout, input.Value.Value.ElementDataType, Math.Max(batch, 1), IsBatchFree: batch == 0, output!.Value.Key)
            : throw new InvalidDataException($"the graph does not fit the manifest: {string.Join("; ", problems)}");
    }

    /// <summary>What is left is the classes, where it is one.</summary>
    private static Dictionary<string, NodeMetadata> WithoutFeatures(IReadOnlyDictionary<string, NodeMetadata> outputs, Manifest manifest) =>
        outputs.Where(output => output.Key == manifest.Output.Name || manifest.Features?.Outputs.Contains(output.Key) != true)
            .ToDictionary(output => output.Key, output => output.Value);

    private static void CheckFeatures(IReadOnlyDictionary<string, NodeMetadata> outputs, ModelFeatures? features, List<string> problems)
    {
        foreach (var (field, name, axes) in new[] { ("map", features?.Map, 4), ("vector", features?.Vector, 0), ("classWeights", features?.ClassWeights, 2) })
        {
            if (name is not null && outputs.TryGetValue(name, out var metadata))
            {
                var output = KeyValuePair.Create(name, metadata);
                CheckElementType(output, $"features.{field}", problems);
                if (axes > 0 && metadata.IsTensor && metadata.Dimensions.Length != axes)
                {
                    problems.Add($"features.{field} has {axes} axes, {Describe(output)} has not");
                }
            }
        }
    }

    private static KeyValuePair<string, NodeMetadata>? Choose(
        IReadOnlyDictionary<string, NodeMetadata> nodes, string? name, string what, List<string> problems)
    {
        if (name is not null ? nodes.TryGetValue(name, out var node) : nodes.Count == 1)
        {
            return nodes.First(pair => name is null || pair.Key == name);
        }

        problems.Add(name is not null
            ? $"it has no {what} \"{name}\" but {string.Join(", ", nodes.Select(Describe))}"
            : $"it has {nodes.Count} {what}s ({string.Join(", ", nodes.Select(Describe))}): {what}.name has to say which");
        return null;
    }

    private static void CheckElementType(KeyValuePair<string, NodeMetadata> node, string what, List<string> problems)
    {
        if (!node.Value.IsTensor || node.Value.ElementDataType is not (TensorElementType.Float or TensorElementType.Float16))
        {
            problems.Add($"its {what} {Describe(node)} is not a tensor of float32 or float16");
        }
    }

    private static TensorLayout ReadLayout(KeyValuePair<string, NodeMetadata> image, ModelInput input, List<string> problems)
    {
        var shape = image.Value.Dimensions;
        TensorLayout? read = (shape[1] == ColourChannels, shape[3] == ColourChannels) switch
        {
            (true, false) => TensorLayout.Nchw,
            (false, true) => TensorLayout.Nhwc,
            _ => null,
        };
        if (read is { } fromGraph && input.Layout is { } fromManifest && fromGraph != fromManifest)
        {
            problems.Add($"input.layout says {fromManifest}, the shape of {Describe(image)} says {fromGraph}");
        }
        else if (read is null && input.Layout is null)
        {
            problems.Add($"the shape of {Describe(image)} does not tell where the colour channels are: input.layout has to");
        }

        return read ?? input.Layout ?? TensorLayout.Nchw;
    }

    private static void CheckSize(KeyValuePair<string, NodeMetadata> image, TensorLayout layout, ModelInput input, List<string> problems)
    {
        var (rows, columns, channels) = layout == TensorLayout.Nchw ? (2, 3, 1) : (1, 2, 3);
        var shape = image.Value.Dimensions;
        foreach (var (field, axis, wanted) in new[] { ("height", rows, input.Height), ("width", columns, input.Width), ("channels", channels, ColourChannels) })
        {
            if (shape[axis] > 0 && shape[axis] != wanted)
            {
                problems.Add($"{field} is {wanted} in the manifest and {shape[axis]} in {Describe(image)}");
            }
        }
    }

    private static string Describe(KeyValuePair<string, NodeMetadata> node) => node.Value.IsTensor
        ? $"{node.Key} {node.Value.ElementDataType}[{string.Join(",", node.Value.Dimensions.Select(d => d > 0 ? $"{d}" : "?"))}]"
        : $"{node.Key} ({node.Value.OnnxValueType})";
}
