using Serverless.Classifier.Errors;
using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Tests.Inference;

public class AdmissionTests
{
    [Fact]
    public void WhenEveryPlaceIsTakenTheCallerIsRefusedAtOnce()
    {
        using var admission = new Admission(capacity: 3);
        for (var place = 0; place < 3; place++)
        {
            admission.Enter();
        }

        var exception = Assert.Throws<ClassifierException>(() => admission.Enter());

        Assert.Equal(ErrorKind.TooBusy, exception.Kind);
        Assert.Equal(3, admission.Inside);
    }

    [Fact]
    public void APlaceThatWasLeftIsFreeAgain()
    {
        using var admission = new Admission(capacity: 1);
        using (admission.Enter())
        {
            Assert.Equal(1, admission.Inside);
        }

        using var again = admission.Enter();
        Assert.Equal(1, admission.Inside);
    }

    [Fact]
    public async Task NoMoreDecodeAtTheSameTimeThanThereAreCores()
    {
        var cores = Environment.ProcessorCount;
        using var admission = new Admission(capacity: 4 * cores);
        int decoding = 0, most = 0;
        using var allAreDecoding = new Barrier(cores);

        await Task.WhenAll(Enumerable.Range(0, 4 * cores).Select(async _ =>
        {
            using var place = admission.Enter();
            return await admission.DecodeAsync(
                place,
                () =>
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref decoding));
                    allAreDecoding.SignalAndWait(TestContext.Current.CancellationToken);
                    return Interlocked.Decrement(ref decoding);
                },
                TestContext.Current.CancellationToken);
        }));

        Assert.Equal(cores, most);
    }

    [Fact]
    public async Task ADecodeThatFailsGivesItsCoreBack()
    {
        using var admission = new Admission(capacity: 1);
        using var place = admission.Enter();
        for (var failure = 0; failure < Environment.ProcessorCount + 1; failure++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() =>
                admission.DecodeAsync<int>(place, () => throw new InvalidDataException(), TestContext.Current.CancellationToken));
        }

        Assert.Equal(5, await admission.DecodeAsync(place, () => 5, TestContext.Current.CancellationToken));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
