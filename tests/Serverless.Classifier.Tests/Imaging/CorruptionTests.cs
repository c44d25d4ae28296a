using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>Every variant with bytes changed, left out, put in and cut off at random: pixels or a refusal, nothing else.</summary>
public sealed class CorruptionTests
{
    private const int DamagesAFile = 12;

    private static readonly ModelInput _input = new()
    {
        Width = 32,
        Height = 32,
        Channels = ChannelOrder.Rgb,
        Resize = new Resize { Mode = ResizeMode.Squash, Filter = ResizeFilter.Box },
    };

    /// <summary>Small, since a damaged header may say anything and the time is better spent on more files.</summary>
    private readonly ImagePreprocessor _preprocessor = new(new ImageLimits { MaxPixels = 1_000_000 });

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(TestFiles.Fixture("variants")).Select(file => Path.GetFileName(file)).Where(file => Path.GetExtension(file) is not ".md" and not ".tsv").Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void DamageEndsInPixelsOrInARefusal(string file)
    {
        var whole = File.ReadAllBytes(TestFiles.Fixture("variants", file));
        var random = new Random(whole.Length);
        for (var i = 0; i < DamagesAFile; i++)
        {
            var damaged = Damage(whole, random, i);
            var exception = Record.Exception(() => _preprocessor.Preprocess(
                damaged, _input, TensorLayout.Nchw, new float[32 * 32 * 3], TestContext.Current.CancellationToken));
            Assert.True(exception is null or ClassifierException, $"damage {i}: {exception}");
        }
    }

    private static byte[] Damage(byte[] whole, Random random, int kind)
    {
        var at = random.Next(whole.Length);
        switch (kind % 4)
        {
            case 0:
                return whole[..at];
            case 1:
                return [.. whole[..at], .. whole[Math.Min(whole.Length, at + random.Next(1, 20))..]];
            case 2:
                var inserted = new byte[random.Next(1, 20)];
                random.NextBytes(inserted);
                return [.. whole[..at], .. inserted, .. whole[at..]];
            default:
                byte[] changed = [.. whole];
                // Half of them in the header, where a byte changes most.
                for (var change = 0; change < 8; change++)
                    changed[random.Next(change % 2 == 0 ? Math.Min(whole.Length, 128) : whole.Length)] = (byte)random.Next(256);
                return changed;
        }
    }
}
