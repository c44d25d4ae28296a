using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Serverless.ModelTool.Architectures;
using Serverless.ModelTool.Keras;

namespace Serverless.ModelTool.Tests.Keras;

/// <summary>
/// The checksums are of the tensors that NumPy computed and Keras answered with (<c>tests/fixtures/keras/full-size/meta.json</c>).
/// </summary>
public sealed class FormulaWeightsTests
{
    [Fact]
    public void EveryTensorOfVgg16HasTheChecksumOfTheOneThatKerasGot()
    {
        using var meta = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Fixture("keras", "full-size", "meta.json")));
        var expected = meta.RootElement.GetProperty("models").GetProperty("vgg16").GetProperty("tensors_sha256_float32le")
            .EnumerateObject().ToDictionary(tensor => tensor.Name, tensor => tensor.Value.GetString()!);
        var weights = new FormulaWeights(Vgg16.Architecture, seed: 1);

        var actual = Vgg16.Architecture.WeightedLayers.Select(layer => weights.KernelAndBias(layer.Name))
            .SelectMany(tensors => new[] { tensors.Kernel, tensors.Bias }).ToDictionary(tensor => tensor.Name, Sha256);

        Assert.Equal(32, actual.Count);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void VGG16HasItsPublishedNumberOfParameters()
    {
        var weights = new FormulaWeights(Vgg16.Architecture, seed: 1);

        var parameters = Vgg16.Architecture.WeightedLayers.Select(layer => weights.KernelAndBias(layer.Name))
            .Sum(tensors => tensors.Kernel.Length + tensors.Bias.Length);

        Assert.Equal(138_357_544, parameters);
    }

    [Fact]
    public void ARangeOfRowsIsTheSameAsThoseRowsOfTheWhole()
    {
        var (kernel, _) = new FormulaWeights(Vgg16.Architecture, seed: 7).KernelAndBias("block2_conv1");
        var whole = kernel.ReadAll();

        var row = new float[kernel.RowLength];
        kernel.ReadRows(2, row);

        Assert.Equal(whole[(2 * kernel.RowLength)..], row);
    }

    [Fact]
    public void AnotherSeedGivesOtherWeights()
    {
        var one = new FormulaWeights(Vgg16.Architecture, seed: 1).KernelAndBias("fc2").Bias.ReadAll();
        var two = new FormulaWeights(Vgg16.Architecture, seed: 2).KernelAndBias("fc2").Bias.ReadAll();

        Assert.NotEqual(one, two);
    }

    private static string Sha256(KerasTensor tensor) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(tensor.ReadAll().AsSpan())));
}
