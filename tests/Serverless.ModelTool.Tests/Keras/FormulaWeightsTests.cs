using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Conversion.Lowering;
using Serverless.ModelTool.Keras;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Tests.Keras;

/// <summary>
/// The checksums are of the tensors that NumPy computed and Keras answered with (<c>tests/fixtures/keras/full-size/meta.json</c>).
/// </summary>
public sealed class FormulaWeightsTests
{
    private static readonly JsonElement Models =
        JsonDocument.Parse(File.ReadAllBytes(TestFiles.Fixture("keras", "full-size", "meta.json"))).RootElement.GetProperty("models");

    [Theory]
    [InlineData("vgg16")]
    [InlineData("vgg19")]
    [InlineData("resnet50")]
    [InlineData("inception-v3")]
    [InlineData("alexnet")]
    public void EveryTensorHasTheChecksumOfTheOneThatKerasGot(string name)
    {
        var expected = Models.GetProperty(name).GetProperty("tensors_sha256_float32le").EnumerateObject()
            .ToDictionary(tensor => tensor.Name, tensor => tensor.Value.GetString()!);
        var architecture = KnownArchitectures.Get(name);
        var weights = new Recorded(new FormulaWeights(architecture, seed: 1));

        NetworkCompiler.Compile(architecture.Build(), weights, widthsAreFree: false);

        Assert.Equal(expected, weights.Tensors.ToDictionary(tensor => tensor.Name, Sha256));
    }

    [Fact]
    public void ARangeOfRowsIsTheSameAsThoseRowsOfTheWhole()
    {
        var (kernel, _) = new FormulaWeights(Vgg.Vgg16, seed: 7).KernelAndBias("block2_conv1", 3, 3, 64, 128);
        var whole = kernel.ReadAll();

        var row = new float[kernel.RowLength];
        kernel.ReadRows(2, row);

        Assert.Equal(whole[(2 * kernel.RowLength)..], row);
    }

    [Fact]
    public void AnotherSeedGivesOtherWeights()
    {
        var one = new FormulaWeights(Vgg.Vgg16, seed: 1).KernelAndBias("fc2", 8, 8).Bias.ReadAll();
        var two = new FormulaWeights(Vgg.Vgg16, seed: 2).KernelAndBias("fc2", 8, 8).Bias.ReadAll();

        Assert.NotEqual(one, two);
    }

    private static string Sha256(KerasTensor tensor)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var rows = Math.Max(1, 1_000_000 / tensor.RowLength);
        for (var first = 0; first < tensor.Shape[0]; first += rows)
        {
            var chunk = new float[Math.Min(rows, tensor.Shape[0] - first) * tensor.RowLength];
            tensor.ReadRows(first, chunk);
            hash.AppendData(MemoryMarshal.AsBytes(chunk.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Keeps what was asked for.</summary>
    private sealed class Recorded(IKerasWeights weights) : IKerasWeights
    {
        public List<KerasTensor> Tensors { get; } = [];

        public IReadOnlyList<KerasTensor> Of(LayerAddress layer, IReadOnlyList<WantedTensor> wanted)
        {
            var tensors = weights.Of(layer, wanted);
            Tensors.AddRange(tensors);
            return tensors;
        }
    }
}
