using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Imaging.Decoding;

/// <summary>A decode ends when its time is up or nobody waits for it any more, whatever the format.</summary>
public sealed class DeadlineTests
{
    private const int Side = 300;

    private static readonly ModelInput Input = new()
    {
        Width = 224,
        Height = 224,
        Channels = ChannelOrder.Rgb,
        Resize = new Resize { Mode = ResizeMode.Squash, Filter = ResizeFilter.Nearest },
    };

    public static TheoryData<string> Formats => ["png", "jpeg", "gif", "bmp", "tiff"];

    public static TheoryData<string> WholePictures => ["jpg-420-q85-prog.jpg", "png-rgb8-adam7.png", "webp-alpha-lossy.webp"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void TimeThatPassesBetweenRowsEndsTheDecode(string format)
    {
        var time = new SteppingTime(onLook: _ => { }); // each look at the clock takes a second
        var limits = new ImageLimits { DecodeTimeout = TimeSpan.FromSeconds(100) };
        var refusal = Assert.Throws<ClassifierException>(() => Preprocess(Picture(format), limits, time, CancellationToken.None));
        Assert.Equal(ErrorKind.DecodeTimeout, refusal.Kind);
        Assert.InRange(time.Looks, 100, 110);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void CancellingBetweenRowsEndsTheDecode(string format)
    {
        using var caller = new CancellationTokenSource();
        var time = new SteppingTime(onLook: look => { if (look == 50) caller.Cancel(); });
        var limits = new ImageLimits { DecodeTimeout = TimeSpan.FromMinutes(10) };
        Assert.Throws<OperationCanceledException>(() => Preprocess(Picture(format), limits, time, caller.Token));
        Assert.InRange(time.Looks, 50, 60);
    }

    [Theory]
    [MemberData(nameof(WholePictures))]
    public void ATimerInterruptsTheLibraryAtWorkOnAWholePicture(string file)
    {
        var image = File.ReadAllBytes(TestFiles.Fixture("variants", file));
        var refusal = Assert.Throws<ClassifierException>(() => Preprocess(image, new ImageLimits(), new TimerAtOnce(), CancellationToken.None));
        Assert.Equal(ErrorKind.DecodeTimeout, refusal.Kind);
    }

    [Fact]
    public void ACallerWhoHasGoneGetsNoDecode()
    {
        using var caller = new CancellationTokenSource();
        caller.Cancel();
        Assert.Throws<OperationCanceledException>(() => Preprocess(Picture("png"), new ImageLimits(), TimeProvider.System, caller.Token));
    }

    private static void Preprocess(byte[] image, ImageLimits limits, TimeProvider time, CancellationToken cancellation) =>
        new ImagePreprocessor(limits, time).Preprocess(image, Input, TensorLayout.Nchw, new float[224 * 224 * 3], cancellation);

    private static byte[] Picture(string format)
    {
        using var black = NetVips.Image.Black(Side, Side, bands: 3);
        return format switch
        {
            "png" => PngFile.Rgb(Side, Side, new byte[Side * Side * 3]),
            "jpeg" => black.JpegsaveBuffer(),
            "gif" => new GifFile(Side, Side, []).Frame(0, 0, Side, Side, new byte[Side * Side]).End(),
            "bmp" => BmpFile.Write(Side, Side, 24, 0, [], new byte[Side * Side * 3]),
            _ => black.TiffsaveBuffer(tile: true),
        };
    }

    /// <summary>A clock that goes on by a second whenever it is looked at.</summary>
    private sealed class SteppingTime(Action<int> onLook) : TimeProvider
    {
        public int Looks { get; private set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp()
        {
            onLook(++Looks);
            return Looks;
        }
    }

    /// <summary>A clock that stands still and whose timers fire as soon as they are made.</summary>
    private sealed class TimerAtOnce : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            callback(state);
            return base.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, period);
        }
    }
}
