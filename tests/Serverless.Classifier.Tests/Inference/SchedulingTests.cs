using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Inference;

/// <summary>However the committed networks are run, the answers are those of one run after the other with all threads.</summary>
public class SchedulingTests
{
    // On one machine the answers were the same to the bit. ONNX Runtime does not promise that: it may cut a sum elsewhere for another number of threads or images.
    private const float Rounding = 1e-6f;
    private const int Images = 5;

    public static TheoryData<string> Networks => ["efficientnet-lite0", "vgg16-cifar10"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void ABatchAnswersWhatEachImageGetsAlone(string name)
    {
        using var session = Load(name);
        var (tensors, alone) = Alone(session);

        AssertSame(alone, session.RunBatch(tensors, [], RunWidth.AllThreads, TestContext.Current.CancellationToken).Select(answer => answer.Classes));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task RunsWithOneThreadBesideEachOtherAnswerWhatEachImageGetsAlone(string name)
    {
        using var session = Load(name);
        var (tensors, alone) = Alone(session);
        await Eventually.TrueAsync(() => session.IsReadyFor(RunWidth.OneThread));
        var network = new CountingNetwork(session);
        using var scheduler = new RunScheduler(new RunPolicy(cores: 2, maxBatch: 1, TimeSpan.Zero), TimeProvider.System);

        var answers = await Task.WhenAll(tensors.Select(async tensor =>
        {
            using var place = new Place(() => { });
            return (await scheduler.RunAsync(new(network, tensor, [], place), TestContext.Current.CancellationToken)).Answer.Classes;
        }));

        AssertSame(alone, answers);
        Assert.InRange(network.OneThread, 1, Images);
    }

    private static ModelSession Load(string name) => ModelSession.Load(new ModelStore(TestFiles.InRepository("models")).Open(name), InferenceDevice.Cpu);

    /// <summary>Pictures of noise, and their answers in the slow way.</summary>
    private static (List<ReadOnlyMemory<float>> Tensors, List<float[]> Alone) Alone(ModelSession session)
    {
        var random = new Random(7);
        List<ReadOnlyMemory<float>> tensors = [.. Enumerable.Range(0, Images).Select(_ =>
            (ReadOnlyMemory<float>)Enumerable.Range(0, session.TensorLength).Select(_ => (random.NextSingle() * 2) - 1).ToArray())];
        return (tensors, [.. tensors.Select(tensor => session.Run(tensor, TestContext.Current.CancellationToken))]);
    }

    private static void AssertSame(IEnumerable<float[]> expected, IEnumerable<float[]> actual) =>
        Assert.Equal(expected.SelectMany(classes => classes), actual.SelectMany(classes => classes), (one, other) => Math.Abs(one - other) <= Rounding);

    /// <summary>A session whose runs with one thread are counted.</summary>
    private sealed class CountingNetwork(ModelSession session) : INetwork
    {
        private int _oneThread;

        public int OneThread => _oneThread;

        public ModelIdentity Identity => session.Identity;

        public InferenceDevice Device => session.Device;

        public int BestBatch => session.BestBatch;

        public bool IsReadyFor(RunWidth width) => session.IsReadyFor(width);

        public NetworkAnswer[] RunBatch(
            IReadOnlyList<ReadOnlyMemory<float>> tensors, IReadOnlyList<string> features, RunWidth width, CancellationToken cancellation)
        {
            Interlocked.Add(ref _oneThread, width == RunWidth.OneThread ? 1 : 0);
            return session.RunBatch(tensors, features, width, cancellation);
        }
    }
}
