using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests;

/// <summary>What a classification needs of large arrays it borrows and gives back.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)] // what other tests allocate meanwhile would be counted
public class AllocationTests
{
    private const string Model = "efficientnet-lite0";
    private const int Times = 20;

    // A thousand classes take 4 KB; the tensor would take 602,112 bytes and the resized picture 150,528.
    private const long Allowed = 40_000;

    [Fact]
    public async Task AClassificationAllocatesNeitherTensorsNorPictures()
    {
        // Small, so that the rows that libvips hands over, a new array each, do not matter.
        var picture = File.ReadAllBytes(TestFiles.Fixture("variants", "png-gray2.png"));
        using var host = new ClassifierHost(TestFiles.InRepository("models"), Model);

        Assert.InRange(await AllocatedAsync(() => host.Classifier.ClassifyAsync(picture, new(), TestContext.Current.CancellationToken)), 1, Allowed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task ARunAllocatesItsAnswersAlone(int images)
    {
        using var session = ModelSession.Load(new ModelStore(TestFiles.InRepository("models")).Open(Model), InferenceDevice.Cpu);
        var tensors = Enumerable.Range(0, images).Select(_ => (ReadOnlyMemory<float>)new float[session.TensorLength]).ToList();

        Assert.InRange(
            await AllocatedAsync(() => Task.FromResult(session.RunBatch(tensors, [], RunWidth.AllThreads, TestContext.Current.CancellationToken))), 1, Allowed);
    }

    /// <summary>Bytes that all threads together allocate each time.</summary>
    private static async Task<long> AllocatedAsync<T>(Func<Task<T>> work)
    {
        await TimesAsync();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await TimesAsync();
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / Times;

        async Task TimesAsync()
        {
            for (var time = 0; time < Times; time++)
            {
                await work();
            }
        }
    }
}
