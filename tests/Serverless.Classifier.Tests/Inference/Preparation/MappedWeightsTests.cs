using Serverless.Classifier.Inference;
using Serverless.Classifier.Inference.Graphs;
using Serverless.Classifier.Inference.Preparation;
using Serverless.Classifier.Models;
using Serverless.Classifier.Tests.Models;

namespace Serverless.Classifier.Tests.Inference.Preparation;

public sealed class MappedWeightsTests : IDisposable
{
    private const string Name = "copy";
    private readonly TemporaryModels _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public void APreparedSessionMapsItsWeightsAndGivesThemBack()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells what is mapped");
        CopiedModel.Make(_models.Root, Name, TestFiles.InRepository("models", "vgg16-cifar10"), _ => { });
        var model = new ModelStore(_models.Root).Open(Name);
        RunnableGraph.Open(model, InferenceDevice.Cpu).Prepare();

        using (var session = ModelSession.Load(model, InferenceDevice.Cpu))
        {
            Assert.True(session.IsPrepared);
            Assert.True(IsMapped());
        }

        Assert.False(IsMapped());

        bool IsMapped() => File.ReadLines("/proc/self/maps").Any(line => line.EndsWith(Path.Combine(PreparedGraph.PathIn(model), PreparedGraph.WeightsName), StringComparison.Ordinal));
    }

    [Fact]
    public void AFileThatEndsTooEarlyIsRefused()
    {
        File.WriteAllBytes(Path.Combine(_models.Root, "some.weights"), new byte[100]);

        var exception = Assert.Throws<EndOfStreamException>(() => Map(new ExternalTensor("kernel", 1, [20], "some.weights", Offset: 32, Length: 80)));

        Assert.Equal("some.weights ends before kernel does", exception.Message);
    }

    [Fact]
    public void AMissingFileIsRefused() =>
        Assert.Throws<FileNotFoundException>(() => Map(new ExternalTensor("kernel", 1, [20], "some.weights", Offset: 0, Length: 80)));

    [Fact]
    public void TheShapeIsReadPackedAndUnpacked()
    {
        Assert.Equal([3, 300], Shape(tensor =>
        {
            tensor.Number(1, 3);
            tensor.Number(1, 300);
        }));
        Assert.Equal([3, 300], Shape(tensor => tensor.Bytes(1, [3, 0xAC, 0x02])));
    }

    private static IReadOnlyList<long> Shape(Action<Protobuf> shape) => Assert.Single(ExternalTensors.Read(Protobuf.Message(model => model.Nested(7, graph => graph.Nested(5, tensor =>
    {
        shape(tensor);
        tensor.Number(2, TinyGraph.Float);
        tensor.Text(8, "kernel");
        tensor.Nested(13, entry =>
        {
            entry.Text(1, "location");
            entry.Text(2, "some.weights");
        });
    }))))).Shape;

    private void Map(ExternalTensor tensor) => MappedWeights.Map(_models.Root, [tensor]).Dispose();
}
