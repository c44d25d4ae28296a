using System.Text.Json;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Keras.Reading;

/// <summary>
/// Operations that stand in a topology without being layers: what <c>preprocess_input</c> and plain arithmetic on tensors leave. Keras 3 names them by class
/// (<c>GetItem</c>, <c>TrueDivide</c>), Keras 2 wraps TensorFlow's functions (<c>TFOpLambda</c> with <c>math.truediv</c>).
/// </summary>
internal static class OperationReader
{
    /// <summary>Reads an operation; null when it is not known.</summary>
    public static Layer? Read(LayerConfig layer, Call call) => NameOf(layer) switch
    {
        "Add" or "math.add" or "__operators__.add" => Arithmetic(layer, call, MergeKind.Add),
        "Subtract" or "math.subtract" or "__operators__.sub" => Arithmetic(layer, call, MergeKind.Subtract),
        "Multiply" or "math.multiply" or "__operators__.mul" => Arithmetic(layer, call, MergeKind.Multiply),
        "Divide" or "TrueDivide" or "math.truediv" or "math.divide" or "__operators__.truediv" => Arithmetic(layer, call, MergeKind.Divide),
        "nn.bias_add" => new Affine([1], Constant(layer, call, position: 1, "bias")),
        "GetItem" or "__operators__.getitem" => Item(layer, call),
        "Stack" or "stack" => new StackChannels(),
        "cast" => new Identity(),
        "nn.relu" or "Relu" => new Activate { Activation = Activation.Relu },
        "nn.relu6" or "Relu6" => new Activate { Activation = new Rectified(Max: 6) },
        "nn.softmax" => new Activate { Activation = Activation.Softmax },
        "math.sigmoid" or "Sigmoid" => new Activate { Activation = Activation.Sigmoid },
        _ => null,
    };

    private static string? NameOf(LayerConfig layer) =>
        layer.ClassName is "TFOpLambda" or "SlicingOpLambda" ? layer.Text("function") : layer.ClassName;

    /// <summary>Of two tensors a merge; of a tensor and numbers a multiplication and an addition.</summary>
    private static Layer Arithmetic(LayerConfig layer, Call call, MergeKind kind)
    {
        if (call.Tensors.Count != 1)
        {
            return new Merge(kind);
        }

        var numberComesFirst = call.Argument(0, "") is not null;
        var numbers = Constant(layer, call, numberComesFirst ? 0 : 1, layer.ClassName == "TFOpLambda" ? "y" : "x2");
        return (kind, numberComesFirst) switch
        {
            (MergeKind.Add, _) => Shifted(1, numbers),
            (MergeKind.Subtract, false) => Shifted(1, [.. numbers.Select(number => -number)]),
            (MergeKind.Subtract, true) => Shifted(-1, numbers),
            (MergeKind.Multiply, _) => Scaled(numbers),
            (MergeKind.Divide, false) when !numbers.Contains(0) => Scaled([.. numbers.Select(number => 1 / number)]),
            _ => throw layer.Refused("divides by the picture or by zero"),
        };
    }

    private static Affine Shifted(double scale, double[] shift) => new([.. Enumerable.Repeat(scale, shift.Length)], shift);

    private static Affine Scaled(double[] scale) => new(scale, new double[scale.Length]);

    private static double[] Constant(LayerConfig layer, Call call, int position, string name) =>
        call.Argument(position, name) is { } value && Constants.Read(value) is { } numbers
            ? numbers
            : throw layer.Refused("is combined with something that is neither a tensor of the network nor numbers, one for all or one a channel");

    /// <summary><c>x[..., 2]</c>, one channel, or <c>x[..., ::-1]</c>, the channels in reverse order.</summary>
    private static Layer Item(LayerConfig layer, Call call)
    {
        var key = call.Argument(1, "key") ?? call.Argument(1, "slice_spec");
        if (key is { ValueKind: JsonValueKind.Array } parts && parts.GetArrayLength() > 0 && parts.EnumerateArray().SkipLast(1).All(IsWhole))
        {
            var last = parts[parts.GetArrayLength() - 1];
            if (last.ValueKind == JsonValueKind.Number && last.TryGetInt32(out var index))
            {
                return new OneChannel(index);
            }

            if (IsSlice(last, out var step) && step == -1)
            {
                return new ReverseChannels();
            }
        }

        throw layer.Refused("takes a part of a tensor; only one channel (x[..., 0]) and the reverse order (x[..., ::-1]) are known");
    }

    private static bool IsWhole(JsonElement part) =>
        (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("class_name", out var name) && name.ToString() == "__ellipsis__")
        || (IsSlice(part, out var step) && step == 1);

    /// <summary>A slice from end to end: <c>{"start": null, "stop": null, "step": -1}</c>, in Keras 3 inside <c>config</c>.</summary>
    private static bool IsSlice(JsonElement part, out int step)
    {
        step = 1;
        if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("config", out var config))
        {
            part = config;
        }

        bool IsAbsent(string field) => !part.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null;
        return part.ValueKind == JsonValueKind.Object && part.TryGetProperty("step", out var stepped) && IsAbsent("start") && IsAbsent("stop")
            && (stepped.ValueKind == JsonValueKind.Null || (stepped.ValueKind == JsonValueKind.Number && stepped.TryGetInt32(out step)));
    }
}
