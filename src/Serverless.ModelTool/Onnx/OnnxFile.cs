using System.Globalization;
using Google.Protobuf;
using Serverless.ModelTool.Onnx.Schema;

namespace Serverless.ModelTool.Onnx;

/// <summary>What a graph file says of the weights that lie beside it.</summary>
/// <param name="ExternalTensors">Its tensors that lie in other files.</param>
/// <param name="WeightsSha256">What they were when the graph was made; null when it does not say.</param>
internal sealed record OnnxFile(IReadOnlyList<ExternalTensor> ExternalTensors, string? WeightsSha256)
{
    /// <summary>Reads a graph.</summary>
    /// <exception cref="ModelToolException">It is no ONNX graph, or its weights lie outside its folder.</exception>
    public static OnnxFile Read(string path)
    {
        ModelProto model;
        try
        {
            using var file = File.OpenRead(path);
            model = ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new ModelToolException($"{path} is not an ONNX graph, or is damaged: {exception.Message}", exception);
        }

        return new(
            [.. (model.Graph?.Initializer ?? []).Where(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External).Select(Locate)],
            model.MetadataProps.FirstOrDefault(entry => entry.Key == OnnxGraph.WeightsSha256Key)?.Value);
    }

    private static ExternalTensor Locate(TensorProto tensor)
    {
        var entries = tensor.ExternalData.ToDictionary(entry => entry.Key, entry => entry.Value);
        if (!entries.TryGetValue("location", out var file) || file != Path.GetFileName(file))
        {
            throw new ModelToolException($"{tensor.Name} lies in '{file}', which is not a file of the model's folder");
        }

        return new(tensor.Name, file, Number("offset"), Number("length"));

        // Both may be left out: from the start, and as far as the file goes.
        long Number(string key) =>
            !entries.TryGetValue(key, out var text) ? 0
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
            : throw new ModelToolException($"{tensor.Name} has the {key} '{text}', which is not a number");
    }
}

/// <summary>A tensor that lies in a file beside the graph.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="File">The file's name.</param>
/// <param name="Offset">Where it starts, in bytes.</param>
/// <param name="Length">How long it is, in bytes.</param>
internal sealed record ExternalTensor(string Name, string File, long Offset, long Length);
