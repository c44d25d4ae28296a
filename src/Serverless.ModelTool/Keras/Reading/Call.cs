using System.Text.Json;

namespace Serverless.ModelTool.Keras.Reading;

/// <summary>One use of a layer: which tensors it takes, and what else it was called with.</summary>
/// <param name="Tensors">The tensors, in order.</param>
/// <param name="Constants">Numbers and other things among the positional arguments, each with its position.</param>
/// <param name="Named">Arguments by name; undefined when there are none.</param>
internal sealed record Call(IReadOnlyList<TensorReference> Tensors, IReadOnlyList<(int Position, JsonElement Value)> Constants, JsonElement Named)
{
    /// <summary>An argument by its position or its name; null when it was not given.</summary>
    public JsonElement? Argument(int position, string name) =>
        Constants.FirstOrDefault(constant => constant.Position == position) is { Value.ValueKind: not JsonValueKind.Undefined } constant ? constant.Value
        : Named.ValueKind == JsonValueKind.Object && Named.TryGetProperty(name, out var value) ? value
        : null;

    /// <summary>Reads the uses of a layer, as Keras 2 or as Keras 3 writes them.</summary>
    /// <exception cref="ModelToolException">They have neither form.</exception>
    public static IReadOnlyList<Call> ReadAll(LayerConfig layer, JsonElement inboundNodes)
    {
        if (inboundNodes.ValueKind != JsonValueKind.Array)
        {
            throw layer.Refused("lacks 'inbound_nodes': the file is damaged");
        }

        return [.. inboundNodes.EnumerateArray().Select(node => node.ValueKind switch
        {
            JsonValueKind.Object => OfKeras3(layer, node),
            JsonValueKind.Array => OfKeras2(layer, node),
            _ => throw layer.Refused("has an inbound node that is neither a list nor an object: the file is damaged"),
        })];
    }

    /// <summary><c>{"args": [tensor or constant or list of tensors, ...], "kwargs": {...}}</c>.</summary>
    private static Call OfKeras3(LayerConfig layer, JsonElement node)
    {
        List<TensorReference> tensors = [];
        List<(int, JsonElement)> constants = [];
        var named = node.TryGetProperty("kwargs", out var kwargs) ? kwargs : default;
        if (!node.TryGetProperty("args", out var args) || args.ValueKind != JsonValueKind.Array)
        {
            throw layer.Refused("has an inbound node without 'args': the file is damaged");
        }

        foreach (var (position, argument) in args.EnumerateArray().Index())
        {
            if (TensorReference.ReadKeras3(layer, argument) is { } one)
            {
                tensors.Add(one);
            }
            else if (argument.ValueKind == JsonValueKind.Array && argument.GetArrayLength() > 0
                && argument.EnumerateArray().Select(item => TensorReference.ReadKeras3(layer, item)).ToArray() is var many && many.All(item => item is not null))
            {
                tensors.AddRange(many!);
            }
            else
            {
                constants.Add((position, argument));
            }
        }

        if (named.ValueKind == JsonValueKind.Object)
        {
            tensors.AddRange(named.EnumerateObject().Select(argument => TensorReference.ReadKeras3(layer, argument.Value)).OfType<TensorReference>());
        }

        return new(tensors, constants, named);
    }

    /// <summary><c>[[name, node, tensor, {...}], ...]</c>, or one such entry without the outer list.</summary>
    private static Call OfKeras2(LayerConfig layer, JsonElement node)
    {
        JsonElement[] entries = node.GetArrayLength() > 0 && node[0].ValueKind == JsonValueKind.String ? [node] : [.. node.EnumerateArray()];
        var named = entries.Length > 0 && entries[0].ValueKind == JsonValueKind.Array && entries[0].GetArrayLength() > 3 ? entries[0][3] : default;
        var others = named.ValueKind == JsonValueKind.Object
            ? named.EnumerateObject().Select(argument => TensorReference.TryReadKeras2(argument.Value)).OfType<TensorReference>()
            : [];
        return new([.. entries.Select(entry => TensorReference.TryReadKeras2(entry)
            ?? throw layer.Refused("has an inbound node that names no layer: the file is damaged")), .. others], [], named);
    }
}

/// <summary>The answer of a layer.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Use">Which of its uses, from 0.</param>
/// <param name="Output">Which of its answers, from 0.</param>
internal sealed record TensorReference(string Layer, int Use, int Output)
{
    /// <summary>A serialized tensor; null when it is something else.</summary>
    public static TensorReference? ReadKeras3(LayerConfig layer, JsonElement value) =>
        value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("class_name", out var name) || name.ToString() != "__keras_tensor__" ? null
        : value.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object && config.TryGetProperty("keras_history", out var history)
            && TryReadKeras2(history) is { } reference ? reference
        : throw layer.Refused("takes a tensor without a history: the file is damaged");

    /// <summary><c>[name, use, output, ...]</c>; null when it is something else.</summary>
    public static TensorReference? TryReadKeras2(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() >= 3 && value[0].ValueKind == JsonValueKind.String
            && value[1].ValueKind == JsonValueKind.Number && value[1].TryGetInt32(out var use)
            && value[2].ValueKind == JsonValueKind.Number && value[2].TryGetInt32(out var output)
            ? new(value[0].GetString()!, use, output)
            : null;
}
