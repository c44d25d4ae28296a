using Serverless.Classifier.Inference;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Inference.Preparation;
using Serverless.Classifier.Models;
using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests.Inference.Preparation;

/// <summary>A prepared graph is used when it is whole and made from this model for this machine, and never otherwise.</summary>
public sealed class PreparedGraphTests : IDisposable
{
    private const string Name = "copy";
    private readonly TemporaryModels _models = new();
    private readonly ModelFolder _model;

    public PreparedGraphTests()
    {
        CopiedModel.Make(_models.Root, Name, TestFiles.InRepository("models", "vgg16-cifar10"), _ => { });
        _model = new ModelStore(_models.Root).Open(Name);
    }

    private string Prepared => PreparedGraph.PathIn(_model);

    public void Dispose() => _models.Dispose();

    [Fact]
    public void APreparedModelIsRunFromItsPreparedGraph()
    {
        Assert.False(IsPrepared());

        Prepare();

        Assert.True(IsPrepared());
        using var session = ModelSession.Load(_model, InferenceDevice.Cpu);
        Assert.True(session.IsPrepared);
    }

    [Fact]
    public void WeightsThatTheOptimiserLeavesAreNotStoredTwice()
    {
        Prepare();

        // Of the 15.3 MB the convolutions have 3,675,456 weights (VGG16 at half width), which are blocked anew; the dense layers stay where they are.
        var own = new FileInfo(Path.Combine(Prepared, PreparedGraph.WeightsName)).Length;
        Assert.InRange(own, 3_675_456 * sizeof(float), (3_675_456 * sizeof(float)) + (64 * 4096));
        Assert.Contains(ExternalTensors.Read(File.ReadAllBytes(Path.Combine(Prepared, PreparedGraph.GraphName))), tensor => tensor.Location == "model.weights");
    }

    [Fact]
    public void PreparedAgainItIsTheSameToTheByte()
    {
        Prepare();
        var first = Files();

        Prepare();

        Assert.Equal(first, Files());

        string[] Files() => [.. Directory.EnumerateFiles(Prepared).Order().Select(file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))))];
    }

    [Theory]
    [InlineData(PreparedGraph.StampName, 1)]
    [InlineData(PreparedGraph.GraphName, 1)]
    [InlineData(PreparedGraph.WeightsName, 997_001)]
    public void CutOffAtAnyByteItIsNotUsed(string file, int step)
    {
        Prepare();
        var path = Path.Combine(Prepared, file);
        var whole = File.ReadAllBytes(path);
        using (var cut = File.OpenWrite(path))
        {
            for (var length = whole.Length - 1; length >= 0; length -= step)
            {
                cut.SetLength(length);
                cut.Flush();
                Assert.False(IsPrepared(), $"{file} of {length} bytes instead of {whole.Length}");
            }
        }

        File.WriteAllBytes(path, whole);
        Assert.True(IsPrepared());
    }

    [Theory]
    [InlineData(PreparedGraph.StampName)]
    [InlineData(PreparedGraph.GraphName)]
    public void AChangedByteKeepsItFromBeingUsed(string file)
    {
        Prepare();
        var path = Path.Combine(Prepared, file);
        var bytes = File.ReadAllBytes(path);
        for (var place = 0; place < bytes.Length; place += 7)
        {
            bytes[place] ^= 0x20;
            File.WriteAllBytes(path, bytes);
            Assert.False(IsPrepared(), $"{file}, byte {place}");
            bytes[place] ^= 0x20;
        }
    }

    [Theory]
    [InlineData("avx512f", "avx2")]
    [InlineData("onnxruntime-", "onnxruntime-0.")]
    [InlineData("x64", "arm64")]
    public void MadeForAnotherInstructionSetOrVersionItIsNotUsed(string here, string there)
    {
        Prepare();
        var stamp = Path.Combine(Prepared, PreparedGraph.StampName);
        // As if the other machine had left it under this one's name.
        File.WriteAllText(stamp, File.ReadAllText(stamp).Replace(PreparedGraph.Key, $"{there} instead of {here}", StringComparison.Ordinal));
        Assert.False(IsPrepared());

        // And as it leaves it: under its own.
        Prepare();
        Directory.Move(Prepared, Path.Combine(Path.GetDirectoryName(Prepared)!, PreparedGraph.Key.Replace(here, there, StringComparison.Ordinal) + "-other"));
        Assert.False(IsPrepared());
    }

    [Fact]
    public void MadeFromAGraphWithOtherOutputsItIsNotUsed()
    {
        var graph = File.ReadAllBytes(_model.GraphPath);
        Prepare();
        Assert.NotNull(PreparedGraph.Find(_model, graph));

        Assert.Null(PreparedGraph.Find(_model, GraphOutputs.Add(graph, ["another"])));
    }

    [Fact]
    public void WhereTheModelsWeightsWereChangedItIsNotUsed()
    {
        Prepare();
        var weights = Path.Combine(_model.Folder, "model.weights");
        var time = File.GetLastWriteTimeUtc(weights);

        File.SetLastWriteTimeUtc(weights, time.AddMinutes(1));
        Assert.False(IsPrepared());

        File.SetLastWriteTimeUtc(weights, time);
        Assert.True(IsPrepared());

        File.Delete(weights);
        Assert.False(IsPrepared());
    }

    [Fact]
    public void WhatAKilledProcessLeftIsNotUsedAndClearedAway()
    {
        Prepare();
        // Everything but the last step was done, and another one had begun.
        File.Delete(Path.Combine(Prepared, PreparedGraph.StampName));
        var begun = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(Prepared)!, "making")).FullName;
        File.WriteAllText(Path.Combine(begun, PreparedGraph.GraphName), "half of a gra");
        Assert.False(IsPrepared());

        Prepare();

        Assert.True(IsPrepared());
        Assert.Equal([Prepared], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Prepared)!));
    }

    [Fact]
    public void TwoDoNotMakeItAtTheSameTime()
    {
        Prepare();
        using var held = new FileStream(Path.Combine(Path.GetDirectoryName(Prepared)!, "making.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        Assert.Throws<IOException>(Prepare);
        Assert.True(IsPrepared());
    }

    [Fact]
    public void WhatOnnxRuntimeRefusesIsPassedOverForTheModelItself()
    {
        Prepare();
        byte[] garbage = [1, 2, 3];
        File.WriteAllBytes(Path.Combine(Prepared, PreparedGraph.GraphName), garbage);
        File.WriteAllText(Path.Combine(Prepared, PreparedGraph.StampName), PreparedGraph.Stamp(_model, File.ReadAllBytes(_model.GraphPath), garbage));
        Assert.True(IsPrepared());

        using var session = ModelSession.Load(_model, InferenceDevice.Cpu);

        Assert.False(session.IsPrepared);
        Assert.Equal(10, session.Run(new float[session.TensorLength], TestContext.Current.CancellationToken).Length);
    }

    private bool IsPrepared() => RunnableGraph.Open(_model, InferenceDevice.Cpu).IsPrepared;

    private void Prepare() => RunnableGraph.Open(_model, InferenceDevice.Cpu).Prepare();
}
