using Serverless.ModelTool.Numpy;

namespace Serverless.ModelTool.Tests.Numpy;

public sealed class NpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("input.npy")]
    [InlineData("probabilities.npy")]
    public void AFileHasTheVeryBytesThatNumPyWrites(string fixture)
    {
        var original = TestFiles.Fixture("keras", "narrow-vgg16", fixture);
        var array = NpyArray.Read(original);

        NpyFile.Write(_folder.File("copy.npy"), array.Shape, array.Values);

        Assert.Equal(File.ReadAllBytes(original), File.ReadAllBytes(_folder.File("copy.npy")));
    }

    [Fact]
    public void AVectorHasTheCommaOfPythonsTuples()
    {
        NpyFile.Write(_folder.File("vector.npy"), [3], [1, 2, 3]);

        Assert.Contains("'shape': (3,), ", File.ReadAllText(_folder.File("vector.npy")), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
