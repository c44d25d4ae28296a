using PureHDF;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Tests.Conversion;

namespace Serverless.ModelTool.Tests.Keras;

public sealed class GroupedWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void TensorsComeInTheOrderOfTheListWhateverTheirNames()
    {
        Write(new() { ["fc1"] = Layer([("a_bias?", new float[] { 7 }), ("W", new float[,] { { 1 }, { 2 } })], names: ["W", "a_bias?"]) });

        using var file = Open();
        var weights = file.Weights;
        var (kernel, bias) = weights.KernelAndBias("fc1");

        Assert.Equal([1, 2], kernel.ReadAll());
        Assert.Equal([7], bias.ReadAll());
    }

    [Fact]
    public void NamesOfFixedLengthAreReadAsThePublishedFilesHaveThem()
    {
        var layer = Layer([("W", new float[,] { { 1 }, { 2 } }), ("b", new float[] { 7 })], names: ["W", "b"]);
        Write(new() { ["fc1"] = layer }, new(DefaultStringLength: 24));

        using var file = Open();
        var weights = file.Weights;

        Assert.Equal([1, 2], weights.KernelAndBias("fc1").Kernel.ReadAll());
    }

    [Fact]
    public void AListThatKerasSplitBecauseItIsLongIsReadInOrder()
    {
        var layer = Layer([("W", new float[,] { { 1 }, { 2 } }), ("b", new float[] { 7 })], names: []);
        layer.Attributes.Clear();
        (layer.Attributes["weight_names0"], layer.Attributes["weight_names1"]) = (new[] { "W" }, new[] { "b" });
        Write(new() { ["fc1"] = layer });

        using var file = Open();
        var weights = file.Weights;

        Assert.Equal([7], weights.KernelAndBias("fc1").Bias.ReadAll());
    }

    [Fact]
    public void RowsReadAloneAreThoseOfTheWhole()
    {
        using var file = KerasFile.Open(Narrow.Keras2Weights);
        var (kernel, _) = file.Weights.KernelAndBias("fc1");
        var whole = kernel.ReadAll();

        var rows = new float[3 * kernel.RowLength];
        kernel.ReadRows(100, rows);

        Assert.Equal(whole[(100 * kernel.RowLength)..(103 * kernel.RowLength)], rows);
    }

    public void Dispose() => _folder.Dispose();

    private KerasFile Open() => KerasFile.Open(_folder.File("weights.h5"));

    private void Write(H5File file, H5WriteOptions? options = null) => file.Write(_folder.File("weights.h5"), options);

    private static H5Group Layer((string Name, Array Values)[] tensors, string[] names)
    {
        var group = new H5Group { Attributes = { ["weight_names"] = names } };
        foreach (var (name, values) in tensors)
        {
            group[name] = values;
        }

        return group;
    }
}
