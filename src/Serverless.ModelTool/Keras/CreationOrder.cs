using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Keras;

/// <summary>
/// Weights of a network whose layers Keras numbered as they were made. The published file counts from 1; a program that had made other networks before goes on
/// counting, and newer versions start without a number. The order of the numbers is the same in all of them.
/// </summary>
internal sealed partial class CreationOrder(INamedLayers weights) : IKerasWeights
{
    private readonly Dictionary<string, string> _names = Rename(weights.LayerNames);

    public IReadOnlyList<KerasTensor> Of(LayerAddress layer, IReadOnlyList<WantedTensor> wanted) =>
        weights.Of(_names.TryGetValue(layer.Name, out var name) ? new([name]) { KnownAs = $"{layer}" } : layer, wanted);

    /// <summary>The name in the file for each name as counted from 1.</summary>
    private static Dictionary<string, string> Rename(IReadOnlyList<string> names)
    {
        var counted = names.Select(name => (Name: name, Parts: AutomaticName().Match(name))).Where(layer => layer.Parts.Success)
            .Select(layer => (layer.Name, Kind: layer.Parts.Groups["kind"].Value, Number: Number(layer.Parts.Groups["number"].Value)));
        return counted.GroupBy(layer => layer.Kind)
            .SelectMany(kind => kind.OrderBy(layer => layer.Number).Index().Select(layer => (Counted: $"{kind.Key}_{layer.Index + 1}", layer.Item.Name)))
            .ToDictionary(pair => pair.Counted, pair => pair.Name);
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex(@"\A(?<kind>conv2d|batch_normalization)(?:_(?<number>\d{1,18}))?\z")]
    private static partial Regex AutomaticName();
}
