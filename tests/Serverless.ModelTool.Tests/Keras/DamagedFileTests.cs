using System.Text;
using PureHDF;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Conversion;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Tests.Conversion;

namespace Serverless.ModelTool.Tests.Keras;

/// <summary>Whatever is wrong with a weight file is told in a sentence.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("weights.h5");

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("PK\u0003\u0004", "is a damaged zip")]
    [InlineData("\b\u0001\u0012", "may be a TensorFlow SavedModel")]
    [InlineData("\n<!DOCTYPE html><html>", "it is a web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "git lfs pull")]
    [InlineData("something else", "first bytes are neither's signature")]
    public void AnotherFormatIsNamed(string content, string expected)
    {
        File.WriteAllBytes(Path, Encoding.Latin1.GetBytes(content));

        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(4096)]
    [InlineData(300_000)]
    [InlineData(628_199)]
    public void AFileThatIsCutOffIsNamedSo(int length)
    {
        File.WriteAllBytes(Path, File.ReadAllBytes(Narrow.Keras2Weights)[..length]);

        Assert.Contains($"is cut off: it has {length:N0} bytes", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingFileIsNamed() => Assert.Contains("cannot be read", Refusal(), StringComparison.Ordinal);

    [Fact]
    public void ALayoutWithoutLayerNamesIsRefusedWithWhatToDo()
    {
        Write(new() { ["layers"] = new H5Group { ["conv2d"] = new H5Group { ["vars"] = new H5Group { ["0"] = new float[3, 3, 3, 4] } } }, ["vars"] = new H5Group() });

        Assert.Contains("Save the whole model instead", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyHdf5FileIsNamedSo()
    {
        new H5File().Write(Path);

        Assert.Contains("has no layer 'block1_conv1'. It holds nothing at all.", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void OtherLayersAreListed()
    {
        Write(new() { ["dense_1"] = Layer(("kernel", new float[2, 2]), ("bias", new float[2])) });

        Assert.Contains("has no layer 'block1_conv1'. It holds: dense_1.", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileWithoutTheTopIsNamedSo()
    {
        Write(new() { ["block1_conv1"] = Layer(("kernel", new float[3, 3, 3, 4]), ("bias", new float[4])) });

        Assert.Contains("saved without the top (include_top=False)", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void ALayerWithoutABiasIsNamed()
    {
        Write(new() { ["block1_conv1"] = Layer(("kernel", new float[3, 3, 3, 4])) });

        Assert.Contains("layer 'block1_conv1' has 1 weight tensors; kernel, bias are expected", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void ALayerWhoseWeightsAreNotListedIsNamed()
    {
        Write(new() { ["block1_conv1"] = new H5Group { ["kernel"] = new float[3, 3, 3, 4] } });

        Assert.Contains("layer 'block1_conv1' has 0 weight tensors", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void AListedTensorThatIsNotThereIsDamage()
    {
        var layer = Layer(("kernel", new float[3, 3, 3, 4]), ("bias", new float[4]));
        layer.Attributes["weight_names"] = new[] { "kernel", "gone" };
        Write(new() { ["block1_conv1"] = layer });

        Assert.Contains("is damaged", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void NumbersOfAnotherTypeAreNamed()
    {
        Write(new() { ["block1_conv1"] = Layer(("kernel", new double[3, 3, 3, 4]), ("bias", new double[4])) });

        Assert.Contains("block1_conv1/kernel is stored as FloatingPoint of 8 bytes; float32 is expected", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void AKernelOfAnotherWindowIsNamedWithWhatIsExpected()
    {
        Write(new() { ["block1_conv1"] = Layer(("kernel", new float[5, 5, 3, 4]), ("bias", new float[4])) });

        Assert.Contains("block1_conv1/kernel has shape (5, 5, 3, 4); (3, 3, 3, any) is expected", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void AKernelOfAnotherRankIsNamed()
    {
        Write(new() { ["block1_conv1"] = Layer(("kernel", new float[27, 4]), ("bias", new float[4])) });

        Assert.Contains("block1_conv1/kernel has shape (27, 4); (3, 3, 3, any) is expected", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void ABiasThatDoesNotFitItsKernelIsNamed()
    {
        Write(new() { ["block1_conv1"] = Layer(("kernel", new float[3, 3, 3, 4]), ("bias", new float[5])) });

        Assert.Contains("block1_conv1/bias has shape (5); (4) is expected", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void LayersThatDoNotFitEachOtherAreNamed()
    {
        Write(new()
        {
            ["block1_conv1"] = Layer(("kernel", new float[3, 3, 3, 4]), ("bias", new float[4])),
            ["block1_conv2"] = Layer(("kernel", new float[3, 3, 8, 8]), ("bias", new float[8])),
        });

        Assert.Contains("block1_conv2/kernel has shape (3, 3, 8, 8); (3, 3, 4, any) is expected, because 4 channels come in", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherInputSizeThanTheDenseLayersIsNamedWithTheOptionThatMendsIt()
    {
        File.Copy(Narrow.Keras2Weights, Path);

        var refusal = Refusal(side: 192);

        Assert.Contains("fc1/kernel has shape (1568, 32); (1152, any) is expected", refusal, StringComparison.Ordinal);
        Assert.Contains("--input-size", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void AnInputOfWhichNothingIsLeftIsNamed()
    {
        File.Copy(Narrow.Keras2Weights, Path);

        Assert.Contains("nothing is left of it at block5_pool", Refusal(side: 31), StringComparison.Ordinal);
    }

    [Fact]
    public void AFlippedByteAnywhereInTheStructureIsARefusalAtWorst()
    {
        var whole = File.ReadAllBytes(Narrow.Keras2Weights);
        // The first layers' groups, attributes and headers lie here.
        foreach (var position in Enumerable.Range(0, 400).Select(number => 8 + (number * 37)))
        {
            var damaged = whole.ToArray();
            damaged[position] ^= 0xFF;
            File.WriteAllBytes(Path, damaged);

            var exception = Record.Exception(() => Bind(224));

            Assert.True(exception is null or ModelToolException, $"byte {position}: {exception}");
        }
    }

    public void Dispose() => _folder.Dispose();

    private string Refusal(int side = 224) => Assert.Throws<ModelToolException>(() => Bind(side)).Message;

    /// <summary>Everything up to the point where values are read.</summary>
    private void Bind(int side)
    {
        using var file = KerasFile.Open(Path);
        NetworkSource.Of(Path, file, Vgg.Vgg16).Build(side, side, features: null);
    }

    private void Write(H5File file) => file.Write(Path);

    private static H5Group Layer(params (string Name, Array Values)[] tensors)
    {
        var group = new H5Group { Attributes = { ["weight_names"] = tensors.Select(tensor => tensor.Name).ToArray() } };
        foreach (var (name, values) in tensors)
        {
            group[name] = values;
        }

        return group;
    }
}
