using System.Runtime.InteropServices;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>The same tensor as Keras and torchvision, to the bit.</summary>
public sealed class KnownTensorTests
{
    /// <summary>The one format that Pillow opens and we do not.</summary>
    private static readonly string[] RefusedByName = ["nasty/69_hopper.avif"];

    private readonly ImagePreprocessor _preprocessor = new(new ImageLimits());

    public static TheoryData<string> Files => [.. KnownTensor.All.Select(known => known.File).Distinct()];

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryPictureGivesThePixelsAndTheTensorOfPillowAndNumPy(string file)
    {
        Assert.SkipWhen(KnownTensor.Find(file, out var reason) is null, reason);
        var image = File.ReadAllBytes(KnownTensor.Find(file, out _)!);
        var known = KnownTensor.All.Where(row => row.File == file).ToList();
        if (known.Any(row => row.Rgb is null) || RefusedByName.Contains(file))
        {
            Assert.Throws<ClassifierException>(() => _preprocessor.Preprocess(
                image, known[0].Input, known[0].Layout, new float[224 * 224 * 3], TestContext.Current.CancellationToken));
            return;
        }
        Assert.All(known, row => Assert.Equal((row.Rgb, row.Tensor), StepByStep(image, row)));
        // Both steps in one, as the classifier takes them: once a file, since decoding is what takes the time.
        Assert.Equal(known[0].Tensor, AtOnce(image, known[0]));
    }

    private (string? Rgb, string? Tensor) StepByStep(byte[] image, KnownTensor row)
    {
        var input = row.Input;
        var rgb = new byte[input.Width * input.Height * 3];
        var tensor = new float[rgb.Length];
        _preprocessor.Resize(image, input, rgb, TestContext.Current.CancellationToken);
        Normalizer.Normalize(rgb, input, row.Layout, tensor);
        return (KnownTensor.Hash(rgb), KnownTensor.Hash(MemoryMarshal.AsBytes<float>(tensor)));
    }

    private string AtOnce(byte[] image, KnownTensor row)
    {
        var tensor = new float[row.Input.Width * row.Input.Height * 3];
        _preprocessor.Preprocess(image, row.Input, row.Layout, tensor, TestContext.Current.CancellationToken);
        return KnownTensor.Hash(MemoryMarshal.AsBytes<float>(tensor));
    }
}
