using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace Serverless.ModelTool.Keras;

/// <summary>An HDF5 file of Keras's, read so that damage becomes a sentence.</summary>
internal sealed class Hdf5Source : IDisposable
{
    private readonly NativeFile _file;
    private readonly string _name;

    private Hdf5Source(string name, NativeFile file) => (_name, _file) = (name, file);

    public IH5Group Root => _file;

    /// <summary>What to call it in messages: the file that the user named.</summary>
    public override string ToString() => _name;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="ModelToolException">It is missing, damaged or no HDF5 file.</exception>
    public static Hdf5Source Open(string path, string name)
    {
        Hdf5Header.Check(path, name);
        return Guard(name, () => new Hdf5Source(name, H5File.OpenRead(path)));
    }

    /// <summary>Reads something.</summary>
    /// <exception cref="ModelToolException">The file is damaged.</exception>
    public T Guard<T>(Func<T> read) => Guard(_name, read);

    /// <summary>A text that is attached to a group; null where there is none.</summary>
    public string? Text(IH5Group group, string attribute) =>
        Guard(() => group.AttributeExists(attribute) ? group.Attribute(attribute).Read<string>() : null);

    /// <summary>A list of names, which Keras splits into numbered attributes when it has more than 64 kB.</summary>
    public IReadOnlyList<string> Names(IH5Group group, string attribute) => Guard(() =>
        group.AttributeExists(attribute)
            ? Names(group.Attribute(attribute))
            : [.. Enumerable.Range(0, int.MaxValue).Select(number => $"{attribute}{number}").TakeWhile(group.AttributeExists)
                .SelectMany(part => Names(group.Attribute(part)))]);

    /// <summary>The names of a group's groups and data sets, sorted.</summary>
    public IReadOnlyList<string> Children(IH5Group group) =>
        Guard(() => group.Children().Select(child => child.Name).Order(StringComparer.Ordinal).ToArray());

    /// <summary>A data set as a tensor.</summary>
    /// <param name="name">What it is called in the graph and in messages.</param>
    /// <param name="dataset">The data set.</param>
    public KerasTensor Tensor(string name, IH5Dataset dataset) => Guard<KerasTensor>(() =>
    {
        if (dataset.Type is not { Class: H5DataTypeClass.FloatingPoint, Size: sizeof(float) })
        {
            throw new ModelToolException($"{this}: {name} is stored as {dataset.Type.Class} of {dataset.Type.Size} bytes; float32 is expected.");
        }

        var shape = dataset.Space.Dimensions.Select(dimension => checked((int)dimension)).ToArray();
        return shape.Length > 0 && !shape.Contains(0)
            ? new Hdf5Tensor(this, name, shape, dataset)
            : throw new ModelToolException($"{this}: {name} is empty.");
    });

    public void Dispose() => _file.Dispose();

    /// <summary>An empty list is stored as numbers of some type, not as strings.</summary>
    private static string[] Names(IH5Attribute attribute) =>
        attribute.Space.Dimensions.Contains(0UL) ? [] : attribute.Read<string[]>();

    /// <summary>
    /// PureHDF tells of damage by whatever its parser ran into, out of memory included: a damaged length asks for any amount.
    /// </summary>
    private static T Guard<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not ModelToolException)
        {
            throw new ModelToolException($"{name} is damaged, or uses a feature of HDF5 that Keras does not: {exception.Message}", exception);
        }
    }

    private sealed class Hdf5Tensor(Hdf5Source source, string name, int[] shape, IH5Dataset dataset) : KerasTensor(name, shape)
    {
        /// <summary>PureHDF's file has one position that its readers share.</summary>
        public override int MaxReaders => 1;

        public override void ReadRows(int first, Memory<float> destination) => source.Guard(() =>
        {
            var starts = new ulong[Shape.Count];
            var blocks = Shape.Select(dimension => (ulong)dimension).ToArray();
            (starts[0], blocks[0]) = ((ulong)first, (ulong)(destination.Length / RowLength));
            dataset.Read(destination, new HyperslabSelection(Shape.Count, starts, blocks));
            return destination;
        });
    }
}
