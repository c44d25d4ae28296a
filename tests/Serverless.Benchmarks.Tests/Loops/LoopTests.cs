using Serverless.Benchmarks.Loops;

namespace Serverless.Benchmarks.Tests.Loops;

public class LoopTests
{
    [Theory]
    [InlineData("efficientnet-lite0")]
    [InlineData("vgg16-cifar10")]
    public void ONNXRuntimeAloneRunsAnyNetworkOfTheRepositoryOnAnyBatch(string model)
    {
        using var loop = new BareLoop(TestFiles.InRepository("models", model), threads: 0);

        Assert.All([1, 3, 1], batch => Assert.InRange(loop.Run(batch), double.Epsilon, double.MaxValue));
    }

    [Fact]
    public async Task TheClassifierInALoopAnswersLikeTheApp()
    {
        using var loop = new ClassifierLoop(TestFiles.InRepository("models"), "efficientnet-lite0");

        var (_, answer) = await loop.ClassifyAsync(await File.ReadAllBytesAsync(TestFiles.InRepository("samples", "coffee.png"), TestContext.Current.CancellationToken));

        Assert.Equal("espresso", answer.Predictions[0].Label);
    }

    [Fact]
    public async Task AnUnknownContestantIsRefused() => await Assert.ThrowsAsync<ArgumentException>(() => LoopProgram.RunAsync(["nobody"]));
}
