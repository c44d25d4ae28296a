using PureHDF;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Keras;

/// <summary>
/// The layout with a group for each layer, whose attribute <c>weight_names</c> lists its data sets in the layer's own order: weight files of
/// Keras 1 and 2 (the groups at the root) and whole models of Keras 2 and 3 in HDF5 (the groups in <c>model_weights</c>).
/// </summary>
/// <remarks>
/// The data sets' names differ between Keras's versions (<c>fc1_W_1:0</c>, <c>fc1/kernel:0</c>, <c>fc1/kernel</c>), the order within a layer does not. A model
/// inside a model is one group, whose list names the layers: first all that are trained, then the rest.
/// </remarks>
internal sealed class GroupedWeights(Hdf5Source source) : INamedLayers
{
    private readonly IH5Group _layers = source.Guard(() => source.Root.LinkExists("model_weights") ? source.Root.Group("model_weights") : source.Root);

    public IReadOnlyList<string> LayerNames => source.Children(_layers);

    public IReadOnlyList<KerasTensor> Of(LayerAddress layer, IReadOnlyList<WantedTensor> wanted)
    {
        if (!source.Guard(() => _layers.LinkExists(layer.Path[0])))
        {
            throw new ModelToolException($"{source} has no layer '{layer.Path[0]}'. {WhatThereIs()}");
        }

        var group = source.Guard(() => _layers.Group(layer.Path[0]));
        var names = source.Names(group, "weight_names");
        var own = layer.Path.Count == 1 ? names : Within(layer, names, wanted.Count);
        if (own.Count != wanted.Count)
        {
            throw new ModelToolException(
                $"{source}: layer '{layer}' has {own.Count} weight tensors; {string.Join(", ", wanted.Select(want => want.Name))} are expected.");
        }

        return [.. wanted.Zip(own).Where(pair => pair.First.IsRead)
            .Select(pair => source.Tensor($"{layer}/{pair.First.Name}", source.Guard(() => group.Dataset(pair.Second))))];
    }

    /// <summary>Those of a group's tensors that belong to a layer of the model in it.</summary>
    private static string[] Within(LayerAddress layer, IReadOnlyList<string> names, int count)
    {
        string[] Named(IEnumerable<string> path) =>
            [.. names.Where(name => path.All(name.Split('/').SkipLast(1).Contains))];

        // Some versions put the models' names before the layer's, some do not.
        var byName = Named([layer.Name]);
        return byName.Length == count ? byName : Named(layer.Path.Skip(1));
    }

    private string WhatThereIs()
    {
        var children = LayerNames;
        return children switch
        {
            [] => "It holds nothing at all.",
            _ when children.Any(child => child.EndsWith("_conv1", StringComparison.Ordinal)) && !children.Contains("predictions") =>
                "It seems to be saved without the top (include_top=False); the file with the top is needed.",
            _ => $"It holds: {string.Join(", ", children.Take(12))}{(children.Count > 12 ? ", ..." : "")}.",
        };
    }
}
