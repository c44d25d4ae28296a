using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Keras.Reading;

namespace Serverless.ModelTool.Keras;

/// <summary>
/// A file that Keras wrote: a whole model (<c>.keras</c>, or HDF5 of Keras 2 and 3) or weights alone (HDF5 of Keras 1 to 3).
/// </summary>
internal sealed class KerasFile : IDisposable
{
    private readonly Hdf5Source _source;
    private readonly TemporaryFile? _extracted;

    private KerasFile(Hdf5Source source, TemporaryFile? extracted, KerasModel? model)
    {
        (_source, _extracted, Model) = (source, extracted, model);
        Weights = CountedWeights.IsLayoutOf(source) ? new CountedWeights(source) : new GroupedWeights(source);
    }

    /// <summary>Its layers; null when it holds weights alone.</summary>
    public KerasModel? Model { get; }

    /// <summary>Its weights.</summary>
    public INamedLayers Weights { get; }

    /// <summary>Its weights as those of a known architecture.</summary>
    public IKerasWeights WeightsOf(Architecture architecture) => architecture.NamesAreCounted ? new CreationOrder(Weights) : Weights;

    /// <summary>Opens a file.</summary>
    /// <exception cref="ModelToolException">It is missing, damaged or no file of Keras's.</exception>
    public static KerasFile Open(string path)
    {
        if (KerasArchive.IsOne(path))
        {
            var (config, version, weights) = KerasArchive.Read(path);
            return Open(path, weights.FullName, weights, _ => (config, version));
        }

        return Open(path, path, extracted: null, source => source.Text(source.Root, "model_config") is { } config
            ? (config, source.Text(source.Root, "keras_version") ?? "")
            : null);
    }

    public void Dispose()
    {
        _source.Dispose();
        _extracted?.Dispose();
    }

    private static KerasFile Open(string name, string path, TemporaryFile? extracted, Func<Hdf5Source, (string Config, string Version)?> describe)
    {
        Hdf5Source? source = null;
        try
        {
            source = Hdf5Source.Open(path, name);
            return new(source, extracted, describe(source) is { } model ? KerasModel.Read(name, model.Config, model.Version) : null);
        }
        catch
        {
            source?.Dispose();
            extracted?.Dispose();
            throw;
        }
    }
}
