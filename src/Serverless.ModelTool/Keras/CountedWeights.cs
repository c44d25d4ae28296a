using PureHDF;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Keras;

/// <summary>
/// The layout of Keras 3's <c>.keras</c> and <c>.weights.h5</c>: <c>layers/conv2d_1/vars/0</c>, the group named after the layer's Python class and counted, models
/// inside models as <c>layers/functional/layers/...</c>. Newer versions attach the layer's own name to <c>vars</c>.
/// </summary>
internal sealed class CountedWeights(Hdf5Source source) : INamedLayers
{
    private const string Layers = "layers";
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _names = [];

    /// <summary>Whether a file has this layout.</summary>
    /// <exception cref="ModelToolException">It has the one before it, of TensorFlow 2.12, which is not read.</exception>
    public static bool IsLayoutOf(Hdf5Source source) => source.Guard(() => source.Root.LinkExists("_layer_checkpoint_dependencies"))
        ? throw new ModelToolException($"{source} is in a layout that only TensorFlow 2.12 wrote. Load it there and save it anew: model.save('NAME.h5').")
        : source.Guard(() => source.Root.LinkExists(Layers) && source.Root.LinkExists("vars"));

    public IReadOnlyList<string> LayerNames => [.. NamesIn(Layers).Keys];

    public IReadOnlyList<KerasTensor> Of(LayerAddress layer, IReadOnlyList<WantedTensor> wanted)
    {
        var group = Find(layer);
        var count = source.Guard(() => group.Children().Count());
        if (count != wanted.Count)
        {
            throw new ModelToolException(
                $"{source}: layer '{layer}' has {count} weight tensors; {string.Join(", ", wanted.Select(want => want.Name))} are expected.");
        }

        return [.. wanted.Index().Where(want => want.Item.IsRead)
            .Select(want => source.Tensor($"{layer}/{want.Item.Name}", source.Guard(() => group.Dataset($"{want.Index}"))))];
    }

    private IH5Group Find(LayerAddress layer)
    {
        var container = layer.StoredPath is { } stored ? stored[..stored.LastIndexOf('/')] : Layers;
        var path = NamesIn(container).TryGetValue(layer.Name, out var byName) ? byName : layer.StoredPath;
        if (path is null && NamesIn(container).Count == 0)
        {
            throw new ModelToolException(
                $"{source} is in a layout that does not keep the layers' names. Save the whole model instead: model.save('NAME.keras').");
        }

        return path is not null && source.Guard(() => source.Root.LinkExists($"{path}/vars"))
            ? source.Guard(() => source.Root.Group($"{path}/vars"))
            : throw new ModelToolException($"{source} has no layer '{layer}'. {WhatThereIs(container)}");
    }

    private string WhatThereIs(string container)
    {
        var names = NamesIn(container).Keys.Order(StringComparer.Ordinal).ToArray();
        return names.Length == 0 ? "It holds no layers there." : $"It holds: {string.Join(", ", names.Take(12))}{(names.Length > 12 ? ", ..." : "")}.";
    }

    /// <summary>The groups of a model's layers by the layers' names; empty where Keras did not attach them.</summary>
    private IReadOnlyDictionary<string, string> NamesIn(string container)
    {
        if (!_names.TryGetValue(container, out var names))
        {
            _names[container] = names = source.Guard(() =>
            {
                Dictionary<string, string> found = [];
                foreach (var child in source.Root.LinkExists(container) ? source.Children(source.Root.Group(container)) : [])
                {
                    var vars = $"{container}/{child}/vars";
                    if (source.Root.LinkExists(vars) && source.Text(source.Root.Group(vars), "name") is { } name)
                    {
                        found.TryAdd(name, $"{container}/{child}");
                    }
                }

                return found;
            });
        }

        return names;
    }
}
