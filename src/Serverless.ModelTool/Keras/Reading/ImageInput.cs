using System.Text.Json;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Keras.Reading;

/// <summary>The one image that a model takes.</summary>
/// <param name="Layer">The name of its input layer.</param>
/// <param name="Rows">Height in pixels; null for any.</param>
/// <param name="Columns">Width in pixels; null for any.</param>
internal sealed record ImageInput(string Layer, int? Rows, int? Columns)
{
    /// <summary>Finds it.</summary>
    /// <exception cref="ModelToolException">The model takes something else; the message says what.</exception>
    public static ImageInput Find(string file, JsonElement model)
    {
        var inputs = Inputs(model).ToArray();
        if (inputs is not [var (name, shape)])
        {
            throw new ModelToolException(inputs.Length == 0
                ? $"{file} does not say what its model takes: build it before saving, with keras.Input((height, width, 3)) as its first layer."
                : $"{file} takes {inputs.Length} inputs ({string.Join(", ", inputs.Select(input => $"'{input.Name}' {Describe(input.Shape)}"))}); one image is expected.");
        }

        int?[] dimensions = shape is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(dimension => dimension.ValueKind == JsonValueKind.Number && dimension.TryGetInt32(out var number) ? number : (int?)null)]
            : [];
        return dimensions is [_, var rows, var columns, Input.Channels] && rows is null or > 0 && columns is null or > 0
            ? new(name, rows, columns)
            : throw new ModelToolException(
                $"{file} takes '{name}' {Describe(shape)}, which is no colour image: (height, width, {Input.Channels}) is expected"
                + (dimensions is [_, _, _, 1] ? ", and grey pictures are not taken." : dimensions is [_, Input.Channels, _, _] ? ", with the channels last." : "."));
    }

    private static IEnumerable<(string Name, JsonElement? Shape)> Inputs(JsonElement model)
    {
        var layers = ModelReader.Layers(model);
        foreach (var layer in layers)
        {
            if (ModelReader.ClassOf(layer) == "InputLayer" && ModelReader.ConfigOf(layer) is { } config)
            {
                yield return (ModelReader.NameOf(layer) ?? "input", Shape(config));
            }
        }

        // Keras 2's Sequential models may say it with their first layer, which may itself be a model.
        if (!layers.Any(layer => ModelReader.ClassOf(layer) == "InputLayer") && layers is [{ ValueKind: JsonValueKind.Object } first, ..])
        {
            if (ModelReader.IsModel(first))
            {
                foreach (var input in Inputs(first))
                {
                    yield return input;
                }
            }
            else if (ModelReader.ConfigOf(first) is { } config && Shape(config) is { } shape)
            {
                yield return ("input", shape);
            }
            else if (ModelReader.ConfigOf(model) is { ValueKind: JsonValueKind.Object } own && own.TryGetProperty("build_input_shape", out var built))
            {
                yield return ("input", built);
            }
        }
    }

    private static JsonElement? Shape(JsonElement config) => config.ValueKind != JsonValueKind.Object ? null
        : config.TryGetProperty("batch_shape", out var batch) ? batch
        : config.TryGetProperty("batch_input_shape", out var older) ? older
        : null;

    /// <summary>Without the batch: <c>(224, 224, 3)</c>.</summary>
    private static string Describe(JsonElement? shape) => shape is { ValueKind: JsonValueKind.Array } list
        ? $"({string.Join(", ", list.EnumerateArray().Skip(1).Select(dimension => dimension.ValueKind == JsonValueKind.Number ? dimension.ToString() : "any"))})"
        : "of unknown shape";
}
