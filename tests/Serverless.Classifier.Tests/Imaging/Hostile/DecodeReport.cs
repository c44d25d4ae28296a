using System.Diagnostics;
using System.Globalization;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Imaging.Hostile;

/// <summary>How one file was decoded in a process of its own.</summary>
/// <param name="File">Its name.</param>
/// <param name="Outcome"><c>pixels</c>, the code that refused it, or the type of an exception that should not be.</param>
/// <param name="Milliseconds">How long that took.</param>
/// <param name="PeakMebibytes">The process' greatest resident memory while it was at this file.</param>
internal sealed record DecodeReport(string File, string Outcome, long Milliseconds, long PeakMebibytes)
{
    private static readonly ModelInput Input = new()
    {
        Width = 224,
        Height = 224,
        Channels = ChannelOrder.Rgb,
        Resize = new Resize { Mode = ResizeMode.Squash, Filter = ResizeFilter.Bilinear },
    };

    /// <summary>Decodes a file, here and now.</summary>
    public static DecodeReport Of(string path)
    {
        GC.Collect();
        BeginPeakAnew();
        var watch = Stopwatch.StartNew();
        var outcome = Decode(System.IO.File.ReadAllBytes(path));
        return new DecodeReport(Path.GetFileName(path), outcome, watch.ElapsedMilliseconds, PeakKibibytes() / 1024);
    }

    public static DecodeReport Parse(string line)
    {
        var fields = line.Split('\t');
        return new DecodeReport(
            fields[0], fields[1], long.Parse(fields[2], CultureInfo.InvariantCulture), long.Parse(fields[3], CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}\t{Outcome}\t{Milliseconds}\t{PeakMebibytes}");

    private static string Decode(byte[] image)
    {
        try
        {
            new ImagePreprocessor(new ImageLimits()).Preprocess(image, Input, TensorLayout.Nchw, new float[224 * 224 * 3], CancellationToken.None);
            return "pixels";
        }
        catch (ClassifierException refusal)
        {
            return refusal.Kind.Code;
        }
#pragma warning disable CA1031 // What should not come is reported, too.
        catch (Exception exception)
        {
            return exception.ToString().ReplaceLineEndings(" ");
        }
#pragma warning restore CA1031
    }

    /// <summary>Where the system forbids it, the peak is that of this file and all before it: never less.</summary>
    private static void BeginPeakAnew()
    {
        try
        {
            System.IO.File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static long PeakKibibytes() => System.IO.File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
        .Single();
}
