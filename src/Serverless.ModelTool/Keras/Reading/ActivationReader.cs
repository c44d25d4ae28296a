using System.Text.Json;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Keras.Reading;

/// <summary>Activations by Keras's names.</summary>
internal static class ActivationReader
{
    /// <summary>The activation that a layer names.</summary>
    /// <exception cref="ModelToolException">It is not known.</exception>
    public static Activation Read(LayerConfig layer)
    {
        var name = layer.Value("activation") switch
        {
            null => "linear",
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            // A serialized function: {"class_name": "function", "config": "relu"}.
            { ValueKind: JsonValueKind.Object } value when value.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.String
                => config.GetString()!,
            { ValueKind: JsonValueKind.Object } value when value.TryGetProperty("class_name", out var className) => className.ToString(),
            { } value => value.GetRawText(),
        };
        return Named(name, layer.KerasVersion) ?? throw layer.Refused($"has the activation '{name}', which is not known");
    }

    /// <summary>The activation of a name; null when it is not known.</summary>
    public static Activation? Named(string name, int kerasVersion) => name switch
    {
        "linear" or "identity" => Activation.Linear,
        "relu" or "ReLU" => Activation.Relu,
        "relu6" => new Rectified(Max: 6),
        "leaky_relu" => new Rectified(NegativeSlope: 0.2),
        "softmax" or "Softmax" => Activation.Softmax,
        "sigmoid" => Activation.Sigmoid,
        "tanh" => new Plain("Tanh"),
        "elu" => new Exponential(1),
        "selu" => new Plain("Selu"),
        "softplus" => new Plain("Softplus"),
        "softsign" => new Plain("Softsign"),
        "exponential" => new Plain("Exp"),
        "silu" or "swish" => new Gated(Activation.Sigmoid),
        "mish" => new Gated(new Plain("Softplus"), new Plain("Tanh")),
        "gelu" => new Gelu(IsApproximate: false),
        "hard_sigmoid" => HardSigmoidOf(kerasVersion),
        "hard_silu" or "hard_swish" => new Gated(HardSigmoidOf(3)),
        _ => null,
    };

    /// <summary>Keras changed it: <c>x / 6 + 0.5</c> since 3, <c>0.2 x + 0.5</c> before.</summary>
    private static HardSigmoid HardSigmoidOf(int kerasVersion) => new(kerasVersion >= 3 ? 1.0 / 6 : 0.2);
}
