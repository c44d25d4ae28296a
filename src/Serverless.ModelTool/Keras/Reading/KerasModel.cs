using System.Globalization;
using System.Text.Json;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Keras.Reading;

/// <summary>The topology that a whole model's file has in it.</summary>
internal sealed class KerasModel
{
    private readonly string _file;
    private readonly JsonElement _root;
    private readonly int _version;

    private KerasModel(string file, JsonElement root, int version)
    {
        (_file, _root, _version) = (file, root, version);
        Name = ModelReader.NameOf(root) ?? "model";
        Input = ImageInput.Find(file, root);
    }

    /// <summary>The model's own name.</summary>
    public string Name { get; }

    /// <summary>What it takes.</summary>
    public ImageInput Input { get; }

    /// <summary>The names of the model and of all models in it.</summary>
    public IEnumerable<string> Names => ModelReader.Models(_root).Select(ModelReader.NameOf).OfType<string>();

    /// <summary>Reads a topology.</summary>
    /// <param name="file">The file that it is from, for messages.</param>
    /// <param name="config">The topology's JSON.</param>
    /// <param name="version">Keras's version.</param>
    /// <exception cref="ModelToolException">It is not JSON, or the model does not take one image.</exception>
    public static KerasModel Read(string file, string config, string version)
    {
        JsonElement root;
        try
        {
            root = JsonDocument.Parse(config, new JsonDocumentOptions { MaxDepth = 256 }).RootElement;
        }
        catch (JsonException exception)
        {
            throw new ModelToolException(
                $"{file}: the model's topology is not JSON (line {exception.LineNumber + 1}): the file is damaged. Save the model again.", exception);
        }

        if (!ModelReader.IsModel(root))
        {
            var className = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("class_name", out var name) ? name.ToString() : "something else";
            throw new ModelToolException(
                $"{file} holds a {className} without a list of layers: a subclassed model keeps its topology in its Python code. "
                + "Save it as a Functional or Sequential model.");
        }

        // Files without a version are of Keras 2 or older.
        var major = int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 2;
        return new(file, root, major);
    }

    /// <summary>The layers for an input of this size; the last one comes back.</summary>
    /// <exception cref="ModelToolException">A layer is not known, or the topology contradicts itself.</exception>
    public LayerNode Build(int height, int width)
    {
        if ((Input.Rows ?? height) != height || (Input.Columns ?? width) != width)
        {
            throw new ModelToolException($"{_file} takes pictures of {Input.Columns} x {Input.Rows} pixels, not of {width} x {height}.");
        }

        var image = new LayerNode(new Input(height, width), new([Input.Layer]), []);
        var outputs = new ModelReader(_file, _version).Build(_root, [image], [], "layers");
        return outputs is [var only] ? only : throw new ModelToolException($"{_file} has {outputs.Count} outputs; a classifier has one.");
    }
}
