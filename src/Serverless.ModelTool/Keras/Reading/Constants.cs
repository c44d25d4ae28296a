using System.Text.Json;

namespace Serverless.ModelTool.Keras.Reading;

/// <summary>Numbers that are written into a topology.</summary>
internal static class Constants
{
    /// <summary>One number, or one a channel, in any nesting of lists of one; null when it is something else.</summary>
    public static double[]? Read(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            // A tensor: {"class_name": "__tensor__", "config": {"value": [...], "dtype": "float32"}}.
            return value.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object && config.TryGetProperty("value", out var inner)
                ? Read(inner)
                : null;
        }

        while (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && value[0].ValueKind == JsonValueKind.Array)
        {
            value = value[0];
        }

        JsonElement[] numbers = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return numbers.Length > 0 && numbers.All(number => number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out var real) && double.IsFinite(real))
            ? [.. numbers.Select(number => number.GetDouble())]
            : null;
    }
}
