using System.Runtime.InteropServices;
using System.Text.Json;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Keras.Reading;

/// <summary>Connects the layers of a topology, models inside models included.</summary>
/// <param name="file">The file, for messages.</param>
/// <param name="kerasVersion">The version's first number.</param>
internal sealed class ModelReader(string file, int kerasVersion)
{
    /// <summary>More than any network has. A model that uses a model twice that uses a model twice, and so on, would never end.</summary>
    private const int MaxLayers = 20_000;

    private int _applied;

    /// <summary>Whether a layer is a model with layers of its own.</summary>
    public static bool IsModel(JsonElement layer) => ClassOf(layer) is not null && ConfigOf(layer) is { } config
        && (config.ValueKind == JsonValueKind.Array || HasLayers(config));

    public static string? ClassOf(JsonElement layer) => TextOf(layer, "class_name");

    public static JsonElement? ConfigOf(JsonElement layer) =>
        layer.ValueKind == JsonValueKind.Object && layer.TryGetProperty("config", out var config) ? config : null;

    /// <summary>A layer's name, which stands in its settings and, in Functional models, beside them.</summary>
    public static string? NameOf(JsonElement layer) =>
        ConfigOf(layer) is { ValueKind: JsonValueKind.Object } config && TextOf(config, "name") is { } name ? name : TextOf(layer, "name");

    /// <summary>A model's layers; Keras 2.2 and older had nothing else in a Sequential model's settings.</summary>
    public static IReadOnlyList<JsonElement> Layers(JsonElement model) => ConfigOf(model) switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
        { } config when HasLayers(config) => [.. config.GetProperty("layers").EnumerateArray()],
        _ => [],
    };

    /// <summary>A model and all models in it.</summary>
    public static IEnumerable<JsonElement> Models(JsonElement model) => [model, .. Layers(model).Where(IsModel).SelectMany(Models)];

    /// <summary>Builds a model.</summary>
    /// <param name="model">Its topology.</param>
    /// <param name="inputs">What it takes.</param>
    /// <param name="path">The names of the models around its layers.</param>
    /// <param name="stored">Where Keras 3 stores its layers: <c>layers/functional/layers</c>.</param>
    /// <returns>What it gives.</returns>
    public IReadOnlyList<LayerNode> Build(JsonElement model, IReadOnlyList<LayerNode> inputs, IReadOnlyList<string> path, string stored) =>
        ConfigOf(model) is { ValueKind: JsonValueKind.Object } config && config.TryGetProperty("output_layers", out var outputs)
            ? BuildFunctional(model, config, outputs, inputs, path, stored)
            : [BuildSequential(model, inputs, path, stored)];

    private LayerNode BuildSequential(JsonElement model, IReadOnlyList<LayerNode> inputs, IReadOnlyList<string> path, string stored)
    {
        if (inputs is not [var x])
        {
            throw new ModelToolException($"{file}: the Sequential model '{NameOf(model)}' is given {inputs.Count} inputs; it takes one.");
        }

        var classes = new PythonClass();
        foreach (var json in Layers(model).Where(layer => ClassOf(layer) != "InputLayer"))
        {
            var layer = Describe(json);
            var address = Address(layer, path, $"{stored}/{classes.Next(layer.ClassName)}");
            var next = Apply(json, layer, new([], [], default), [x], address);
            x = next is [var only] ? only : throw layer.Refused($"gives {next.Count} tensors inside a Sequential model");
        }

        return x;
    }

    private LayerNode[] BuildFunctional(
        JsonElement model, JsonElement config, JsonElement outputLayers, IReadOnlyList<LayerNode> inputs, IReadOnlyList<string> path, string stored)
    {
        Dictionary<(string Layer, int Use), IReadOnlyList<LayerNode>> built = [];
        foreach (var (input, given) in References(config, "input_layers").Zip(inputs))
        {
            built[(input.Layer, 0)] = [given];
        }

        var calls = Calls(model, path, stored);
        Dictionary<(string, int), List<PendingCall>> waiting = [];
        Queue<PendingCall> ready = new();
        foreach (var call in calls)
        {
            var missing = call.Missing(built);
            call.MissingCount = missing.Length;
            foreach (var tensor in missing)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(waiting, tensor, out _) ??= []).Add(call);
            }

            if (missing.Length == 0)
            {
                ready.Enqueue(call);
            }
        }

        // Layers stand in no certain order: each is built as soon as what it takes is there.
        while (ready.TryDequeue(out var next))
        {
            var taken = next.Call.Tensors.Select(tensor => Find(built, tensor) ?? throw Unmade(next, built)).ToArray();
            built[(next.Layer.Name, next.Use)] = Apply(next.Json, next.Layer, next.Call, taken, next.Address);
            foreach (var call in waiting.GetValueOrDefault((next.Layer.Name, next.Use)) ?? [])
            {
                if (--call.MissingCount == 0)
                {
                    ready.Enqueue(call);
                }
            }
        }

        return [.. References(config, "output_layers").Select(output => Find(built, output)
            ?? throw (calls.FirstOrDefault(call => call.MissingCount > 0) is { } unbuilt
                ? Unmade(unbuilt, built)
                : new($"{file}: '{NameOf(model)}' gives the answer of '{output.Layer}', which is not in it: the file is damaged.")))];
    }

    private ModelToolException Unmade(PendingCall call, Dictionary<(string Layer, int Use), IReadOnlyList<LayerNode>> built) => new(
        $"{file}: layer '{call.Layer.Name}' takes what is never made "
        + $"({string.Join(", ", call.Call.Tensors.Where(tensor => Find(built, tensor) is null).Select(tensor => $"'{tensor.Layer}'"))}): the file is damaged.");

    private List<PendingCall> Calls(JsonElement model, IReadOnlyList<string> path, string stored)
    {
        var classes = new PythonClass();
        List<PendingCall> calls = [];
        foreach (var json in Layers(model))
        {
            var layer = Describe(json);
            var address = Address(layer, path, IsOperation(json) ? null : $"{stored}/{classes.Next(layer.ClassName)}");
            if (layer.ClassName != "InputLayer")
            {
                calls.AddRange(Call.ReadAll(layer, json.TryGetProperty("inbound_nodes", out var nodes) ? nodes : default).Index()
                    .Select(call => new PendingCall(json, layer, address, call.Item, call.Index)));
            }
        }

        return calls;
    }

    private IReadOnlyList<LayerNode> Apply(JsonElement json, LayerConfig layer, Call call, LayerNode[] inputs, LayerAddress address)
    {
        if (inputs.Length == 0)
        {
            throw layer.Refused("takes nothing: the file is damaged");
        }

        if (++_applied > MaxLayers)
        {
            throw new ModelToolException($"{file} has more than {MaxLayers:N0} layers, counted as often as they are used: the file is damaged.");
        }

        return IsModel(json)
            ? Build(json, inputs, address.Path, $"{address.StoredPath}/layers")
            : [new(LayerReader.Read(layer, call), address, inputs)];
    }

    private LayerConfig Describe(JsonElement json) => ClassOf(json) is { } className && ConfigOf(json) is { } config
        ? new(className, NameOf(json) ?? className, config, kerasVersion)
        : throw new ModelToolException($"{file}: a layer of the topology has no class_name or no config: the file is damaged.");

    private static LayerAddress Address(LayerConfig layer, IReadOnlyList<string> path, string? stored) => new([.. path, layer.Name], stored);

    private static LayerNode? Find(Dictionary<(string Layer, int Use), IReadOnlyList<LayerNode>> built, TensorReference tensor) =>
        built.TryGetValue((tensor.Layer, tensor.Use), out var outputs) && tensor.Output >= 0 && tensor.Output < outputs.Count ? outputs[tensor.Output] : null;

    /// <summary>One reference, or a list of them.</summary>
    private TensorReference[] References(JsonElement config, string field)
    {
        var value = config.TryGetProperty(field, out var found) ? found : default;
        if (TensorReference.TryReadKeras2(value) is { } one)
        {
            return [one];
        }

        var count = value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : 0;
        TensorReference[] many = count == 0 ? [] : [.. value.EnumerateArray().Select(TensorReference.TryReadKeras2).OfType<TensorReference>()];
        return count > 0 && many.Length == count
            ? many
            : throw new ModelToolException($"{file}: the topology's {field} name no layers: the file is damaged, or the model gives something else than a tensor.");
    }

    /// <summary>Keras 3's operations have no place among the stored layers.</summary>
    private static bool IsOperation(JsonElement layer) =>
        TextOf(layer, "module") is { } module && module.Contains(".ops", StringComparison.Ordinal);

    private static bool HasLayers(JsonElement config) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty("layers", out var layers) && layers.ValueKind == JsonValueKind.Array;

    private static string? TextOf(JsonElement json, string field) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>One use of a layer that is not built yet.</summary>
    private sealed record PendingCall(JsonElement Json, LayerConfig Layer, LayerAddress Address, Call Call, int Use)
    {
        /// <summary>How many layers it still waits for.</summary>
        public int MissingCount { get; set; }

        /// <summary>The layers' uses that it needs and that are not there.</summary>
        public (string Layer, int Use)[] Missing(Dictionary<(string Layer, int Use), IReadOnlyList<LayerNode>> built) =>
            [.. Call.Tensors.Select(tensor => (tensor.Layer, tensor.Use)).Distinct().Where(tensor => !built.ContainsKey(tensor))];
    }
}
