using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace Serverless.ModelTool.Keras;

/// <summary>
/// A Keras HDF5 file with a group for each layer, whose attribute <c>weight_names</c> lists its data sets in the layer's own order: weight files of
/// Keras 1 and 2 (the groups at the root) and whole models of Keras 2 and 3 (the groups in <c>model_weights</c>).
/// </summary>
/// <remarks>
/// The data sets' names differ between Keras's versions (<c>fc1_W_1:0</c>, <c>fc1/kernel:0</c>, <c>fc1/kernel</c>), the order does not.
/// </remarks>
internal sealed class KerasWeightFile : IKerasWeights, IDisposable
{
    private readonly string _path;
    private readonly NativeFile _file;
    private readonly IH5Group _layers;

    private KerasWeightFile(string path, NativeFile file)
    {
        (_path, _file) = (path, file);
        _layers = file.LinkExists("model_weights") ? file.Group("model_weights") : file;
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="ModelToolException">It is missing, damaged or no Keras file.</exception>
    public static KerasWeightFile Open(string path)
    {
        Hdf5Header.Check(path);
        return Guard(path, () =>
        {
            var file = H5File.OpenRead(path);
            try
            {
                return new KerasWeightFile(path, file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        });
    }

    public (KerasTensor Kernel, KerasTensor Bias) KernelAndBias(string layer)
    {
        if (!Guard(_path, () => _layers.LinkExists(layer)))
        {
            throw new ModelToolException($"{_path} has no layer '{layer}'. {WhatThereIs()}");
        }

        var tensors = Guard(_path, () =>
        {
            var group = _layers.Group(layer);
            return Names(group, "weight_names").Select(name => group.Dataset(name)).ToArray();
        });
        if (tensors.Length != 2)
        {
            throw new ModelToolException($"{_path}: layer '{layer}' has {tensors.Length} weight tensors; a kernel and a bias are expected.");
        }

        return (Tensor($"{layer}/kernel", tensors[0]), Tensor($"{layer}/bias", tensors[1]));
    }

    public void Dispose() => _file.Dispose();

    private Hdf5Tensor Tensor(string name, IH5Dataset dataset) => Guard(_path, () =>
    {
        if (dataset.Type is not { Class: H5DataTypeClass.FloatingPoint, Size: sizeof(float) })
        {
            throw new ModelToolException($"{_path}: {name} is stored as {dataset.Type.Class} of {dataset.Type.Size} bytes; float32 is expected.");
        }

        var shape = dataset.Space.Dimensions.Select(dimension => checked((int)dimension)).ToArray();
        return shape.Length > 0 && !shape.Contains(0)
            ? new Hdf5Tensor(_path, name, shape, dataset)
            : throw new ModelToolException($"{_path}: {name} is empty.");
    });

    private string WhatThereIs()
    {
        var children = Guard(_path, () => _layers.Children().Select(child => child.Name).Order(StringComparer.Ordinal).ToArray());
        return children switch
        {
            [] => "It holds nothing at all.",
            _ when children.Contains("layers") && children.Contains("vars") || children.Contains("_layer_checkpoint_dependencies") =>
                "It is in the layout of Keras 3's '.weights.h5', which does not keep the layers' names. "
                + "Save the whole model instead: model.save('NAME.h5').",
            _ when children.Any(child => child.EndsWith("_conv1", StringComparison.Ordinal)) && !children.Contains("predictions") =>
                "It seems to be saved without the top (include_top=False); the file with the top is needed.",
            _ => $"It holds: {string.Join(", ", children.Take(12))}{(children.Length > 12 ? ", ..." : "")}.",
        };
    }

    /// <summary>A list of names, which Keras splits into numbered attributes when it has more than 64 kB.</summary>
    private static IEnumerable<string> Names(IH5Group group, string attribute) =>
        group.AttributeExists(attribute)
            ? Names(group.Attribute(attribute))
            : Enumerable.Range(0, int.MaxValue).Select(number => $"{attribute}{number}").TakeWhile(group.AttributeExists)
                .SelectMany(part => Names(group.Attribute(part)));

    /// <summary>An empty list is stored as numbers of some type, not as strings.</summary>
    private static string[] Names(IH5Attribute attribute) =>
        attribute.Space.Dimensions.Contains(0UL) ? [] : attribute.Read<string[]>();

    /// <summary>
    /// PureHDF tells of damage by whatever its parser ran into, out of memory included: a damaged length asks for any amount.
    /// </summary>
    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not ModelToolException)
        {
            throw new ModelToolException($"{path} is damaged, or uses a feature of HDF5 that Keras does not: {exception.Message}", exception);
        }
    }

    private sealed class Hdf5Tensor(string path, string name, int[] shape, IH5Dataset dataset) : KerasTensor(name, shape)
    {
        /// <summary>PureHDF's file has one position that its readers share.</summary>
        public override int MaxReaders => 1;

        public override void ReadRows(int first, Memory<float> destination) => Guard(path, () =>
        {
            var starts = new ulong[Shape.Count];
            var blocks = Shape.Select(dimension => (ulong)dimension).ToArray();
            (starts[0], blocks[0]) = ((ulong)first, (ulong)(destination.Length / RowLength));
            dataset.Read(destination, new HyperslabSelection(Shape.Count, starts, blocks));
            return destination;
        });
    }
}
