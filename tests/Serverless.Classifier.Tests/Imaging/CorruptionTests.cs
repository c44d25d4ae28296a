using System.Buffers.Binary;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Imaging;

/// <summary>Every variant with bytes changed, left out, put in and cut off at random: pixels or a refusal, nothing else.</summary>
public sealed class CorruptionTests
{
    private const int DamagesAFile = 12;

    private static readonly ModelInput Input = new()
    {
        Width = 32,
        Height = 32,
        Channels = ChannelOrder.Rgb,
        Resize = new Resize { Mode = ResizeMode.Squash, Filter = ResizeFilter.Box },
    };

    /// <summary>Small, since a damaged header may say anything and the time is better spent on more files.</summary>
    private readonly ImagePreprocessor _preprocessor = new(new ImageLimits { MaxPixels = 1_000_000 });

    public static TheoryData<string> Files =>
    [
        .. Directory.EnumerateFiles(TestFiles.Fixture("variants"))
            .Where(file => Path.GetExtension(file) is not ".md" and not ".tsv")
            .Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal),
    ];

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
                damaged, Input, TensorLayout.Nchw, new float[32 * 32 * 3], TestContext.Current.CancellationToken));
            Assert.True(exception is null or ClassifierException, $"damage {i}: {exception}");
        }
    }

    /// <summary>A header is parsed by hand: every byte of it, with the values at which signs and sizes turn.</summary>
    [Theory]
    [InlineData("jpg-size33x31-2x1.jpg")]
    [InlineData("png-pal1-trns-adam7.png")]
    [InlineData("gif-offset-trans.gif")]
    [InlineData("webp-anim-offset.webp")]
    [InlineData("tif-be.tif")]
    [InlineData("tif-RGBA-tiff_lzw.tif")]
    [InlineData("bmp-32-v4-alpha.bmp")]
    [InlineData("bmp-os2-8.bmp")]
    [InlineData("bmp-rle4.bmp")]
    public void EveryByteOfAHeaderMayBeAnything(string file)
    {
        var image = File.ReadAllBytes(TestFiles.Fixture("variants", file));
        foreach (var at in Enumerable.Range(0, 160).Concat(DirectoryOfTiff(image)))
        {
            var before = image[at];
            foreach (byte value in (byte[])[0, 1, 12, 0x7F, 0x80, 0xFF])
            {
                image[at] = value;
                var exception = Record.Exception(() => _preprocessor.Preprocess(
                    image, Input, TensorLayout.Nchw, new float[32 * 32 * 3], TestContext.Current.CancellationToken));
                Assert.True(exception is null or ClassifierException, $"byte {at} = {value}: {exception}");
            }
            image[at] = before;
        }
    }

    /// <summary>Where the first directory lies; nowhere in other formats.</summary>
    private static IEnumerable<int> DirectoryOfTiff(byte[] image)
    {
        var start = image[0] switch
        {
            (byte)'I' => BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(4)),
            (byte)'M' => BinaryPrimitives.ReadInt32BigEndian(image.AsSpan(4)),
            _ => image.Length,
        };
        return Enumerable.Range(start, Math.Min(image.Length - start, 180));
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
