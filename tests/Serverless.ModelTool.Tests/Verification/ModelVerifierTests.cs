using Serverless.Classifier.Models;
using Serverless.ModelTool.Tests.Conversion;
using Serverless.ModelTool.Verification;

namespace Serverless.ModelTool.Tests.Verification;

public sealed class ModelVerifierTests : IDisposable
{
    private readonly TemporaryFolder _models = new();
    private readonly ModelFolder _model;

    public ModelVerifierTests() => _model = Narrow.Convert(_models.Path, "narrow");

    [Fact]
    public void AWholeModelIsRightInEveryCheck()
    {
        var checks = Verify();

        Assert.Equal(["manifest", "graph checksum", "checksums.sha256", "weights", "run"], checks.Select(check => check.What));
        Assert.All(checks, check => Assert.True(check.IsRight, check.Finding));
    }

    [Fact]
    public void AChangedWeightIsFound()
    {
        Change("model.weights", bytes => bytes[5000] ^= 1);

        AssertWrong("checksums.sha256", "model.weights has");
        AssertWrong("weights", "the graph was made for");
    }

    [Fact]
    public void WeightsThatAreCutOffAreFound()
    {
        Rewrite("model.weights", bytes => bytes[..300_000]);

        AssertWrong("weights", "model.weights is cut off: it has 300,000 bytes");
    }

    [Fact]
    public void MissingWeightsAreFound()
    {
        File.Delete(Path.Combine(_model.Folder, "model.weights"));

        AssertWrong("weights", "is missing");
    }

    [Fact]
    public void AMissingGraphIsFound()
    {
        File.Delete(_model.GraphPath);

        AssertWrong("graph", "model.onnx is missing");
    }

    [Fact]
    public void AGraphThatIsNoneIsFound()
    {
        File.WriteAllText(_model.GraphPath, "no graph");

        AssertWrong("weights", "is not an ONNX graph, or is damaged");
    }

    [Fact]
    public void AGraphThatTheManifestDoesNotMeanIsFound()
    {
        Manifest(manifest => manifest with { Graph = new() { Sha256 = new string('0', 64) } });

        AssertWrong("graph checksum", $"the manifest says {new string('0', 64)}");
    }

    [Fact]
    public void ALabelTooFewIsFound()
    {
        File.WriteAllText(Path.Combine(_model.Folder, "labels.json"), """["cat", "dog"]""");

        AssertWrong("run", "1000 classes");
    }

    [Fact]
    public void AnotherInputSizeThanTheGraphsIsFound()
    {
        Manifest(manifest => manifest with { Input = manifest.Input with { Width = 100, Height = 100 } });

        AssertWrong("run", "height is 100 in the manifest and 224");
    }

    [Fact]
    public void AManifestThatCannotBeMeantIsFound()
    {
        Manifest(manifest => manifest with { SchemaVersion = 2 });

        AssertWrong("manifest", "schemaVersion is 2");
    }

    [Fact]
    public void WeightsOutsideTheFolderAreFound()
    {
        Rewrite("model.onnx", bytes =>
        {
            var name = "model.weights"u8;
            for (var at = bytes.AsSpan().IndexOf(name); at >= 0; at = bytes.AsSpan().IndexOf(name))
            {
                "../../weights"u8.CopyTo(bytes.AsSpan(at));
            }

            return bytes;
        });

        AssertWrong("weights", "which is not a file of the model's folder");
    }

    public void Dispose() => _models.Dispose();

    private Check[] Verify() => [.. ModelVerifier.Verify(new ModelStore(_models.Path), "narrow")];

    private void AssertWrong(string what, string finding)
    {
        var check = Assert.Single(Verify(), check => check.What == what);
        Assert.False(check.IsRight);
        Assert.Contains(finding, check.Finding, StringComparison.Ordinal);
    }

    private void Change(string file, Action<byte[]> change) => Rewrite(file, bytes =>
    {
        change(bytes);
        return bytes;
    });

    private void Rewrite(string file, Func<byte[], byte[]> change)
    {
        var path = Path.Combine(_model.Folder, file);
        File.WriteAllBytes(path, change(File.ReadAllBytes(path)));
    }

    private void Manifest(Func<Manifest, Manifest> change) =>
        File.WriteAllText(Path.Combine(_model.Folder, ManifestReader.FileName), ManifestReader.Format(change(_model.Manifest)));
}
