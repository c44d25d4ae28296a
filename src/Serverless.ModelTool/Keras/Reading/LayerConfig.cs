using System.Text.Json;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Keras.Reading;

/// <summary>What a file says of one layer; what is missing or cannot be is told with the layer's name.</summary>
/// <param name="className">The layer's class in Keras.</param>
/// <param name="name">The layer's name.</param>
/// <param name="config">Its settings.</param>
/// <param name="kerasVersion">The version's first number.</param>
internal sealed class LayerConfig(string className, string name, JsonElement config, int kerasVersion)
{
    /// <summary>Larger than any network's windows and strides; a larger number is damage.</summary>
    private const int MaxNumber = 1 << 20;

    public string ClassName => className;

    public string Name => name;

    public JsonElement Json => config;

    /// <summary>The version's first number.</summary>
    public int KerasVersion => kerasVersion;

    /// <summary>What to throw when the layer cannot be.</summary>
    public ModelToolException Refused(string why) => new($"Layer '{name}' ({className}) {why}.");

    public JsonElement? Value(string field) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public int Number(string field, int? otherwise = null) => Value(field) is { } value ? AsNumber(field, value, 1) : otherwise ?? throw Missing(field);

    /// <summary>An axis or an index: any integer.</summary>
    public int Axis(string field, int otherwise) => Value(field) is not { } value ? otherwise
        // Keras 2 wrote the axis of a batch normalisation as a list of one.
        : AsNumber(field, value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 ? value[0] : value, -MaxNumber);

    public double Real(string field, double? otherwise = null) => Value(field) is not { } value ? otherwise ?? throw Missing(field)
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
        : throw Wrong(field, "a number", value);

    public bool Flag(string field, bool otherwise) => Value(field) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(field, "true or false", value),
    };

    public string? Text(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Wrong(field, "a text", value),
    };

    /// <summary>Two numbers, or one for both.</summary>
    public Window Pair(string field, Window? otherwise = null) => Value(field) switch
    {
        null => otherwise ?? throw Missing(field),
        { ValueKind: JsonValueKind.Number } value => Window.Of(AsNumber(field, value, 1)),
        { ValueKind: JsonValueKind.Array } value when value.GetArrayLength() == 2 => new(AsNumber(field, value[0], 1), AsNumber(field, value[1], 1)),
        { } value => throw Wrong(field, "two numbers", value),
    };

    /// <summary>Margins: one number, one an axis, or two an axis.</summary>
    public Sides Margins(string field) => Value(field) switch
    {
        null => throw Missing(field),
        { ValueKind: JsonValueKind.Number } value => Sides.Of(AsNumber(field, value, 0)),
        { ValueKind: JsonValueKind.Array } value when value.GetArrayLength() == 2 =>
            new(Side(value[0], 0), Side(value[0], 1), Side(value[1], 0), Side(value[1], 1)),
        { } value => throw Wrong(field, "margins", value),
    };

    public IReadOnlyList<int> Numbers(string field, int least) => Value(field) switch
    {
        null => throw Missing(field),
        { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray().Select(number => AsNumber(field, number, least))],
        { } value => throw Wrong(field, "a list of numbers", value),
    };

    /// <summary>Numbers, however they are nested.</summary>
    public IReadOnlyList<double>? Reals(string field) => Value(field) is { } value ? Constants.Read(value) ?? throw Wrong(field, "numbers", value) : null;

    public Padding Padding() => Text("padding") switch
    {
        "valid" or null => Topology.Padding.Valid,
        "same" => Topology.Padding.Same,
        var other => throw Refused($"has the padding '{other}'; 'valid' and 'same' are possible"),
    };

    /// <summary>Refuses maps whose channels come first.</summary>
    public void ExpectChannelsLast()
    {
        if (Text("data_format") is { } format and not "channels_last")
        {
            throw Refused($"has the data format '{format}'; save the model with 'channels_last'");
        }
    }

    private int Side(JsonElement axis, int which) => axis.ValueKind switch
    {
        JsonValueKind.Number => AsNumber("padding", axis, 0),
        JsonValueKind.Array when axis.GetArrayLength() == 2 => AsNumber("padding", axis[which], 0),
        _ => throw Wrong("padding", "two margins an axis", axis),
    };

    private int AsNumber(string field, JsonElement value, int least) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= MaxNumber
            ? number
            : throw Wrong(field, $"an integer from {least} to {MaxNumber}", value);

    private ModelToolException Missing(string field) => Refused($"lacks '{field}': the file is damaged");

    private ModelToolException Wrong(string field, string expected, JsonElement value)
    {
        var text = value.GetRawText();
        return Refused($"has {field} = {(text.Length > 60 ? text[..60] + "..." : text)}; {expected} is expected");
    }
}
