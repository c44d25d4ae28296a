using System.Globalization;
using Serverless.Benchmarks.Machine;
using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Reports;

/// <summary>The README's tables: medians with the middle four fifths, and ratios taken round by round.</summary>
internal static class ReportTables
{
    public static string Write(Report report) => string.Join('\n', Sections(report).Prepend(Head(report)).Append(Absent(report)).Where(text => text.Length > 0));

    /// <summary>A figure in milliseconds with its spread: "104 (101-110)"; below 10 with a decimal.</summary>
    internal static string Milliseconds(Figure figure) => Spread(figure, figure.P90 < 10 ? "F1" : "F0");

    /// <summary>A ratio with its spread: "1.04 (1.02-1.07)".</summary>
    internal static string Ratio(Figure figure) => Spread(figure, "F2");

    private static string Head(Report report) =>
        $"{report.Machine}.{string.Concat(report.Versions.Values.Select(versions => $" {versions}."))} Medians (10th to 90th percentile), everyone in turns in one run; "
        + "ratios are taken round by round.\n";

    private static IEnumerable<string> Sections(Report report)
    {
        if (report.ColdStart is { } cold) yield return ColdStart(cold);
        if (report.Latency is { } latency) yield return Latency(latency);
        if (report.Throughput is { } throughput) yield return Throughput(throughput);
        if (report.Memory is { } memory) yield return Memory(memory);
        if (report.Decode is { } decode) yield return Decode(decode);
        if (report.Uploads is { } uploads) yield return Uploads(uploads);
    }

    private static string ColdStart(ColdStartFigures cold) =>
        "### First answer: process start to first VGG16 answer\n\n"
        + MarkdownTable.Write(
            ["", "ms", "times this app's"],
            cold.FirstAnswer.Select(one => (IReadOnlyList<string>)[Names.Of(one.Key), Milliseconds(one.Value), Ratio(cold.OverApp[one.Key])]))
        + $"\nThe app's worker answers `health/live` after {Milliseconds(cold.Live)} ms and VGG16 {Milliseconds(cold.BeyondLive)} ms later; from the start of the local host it is {Milliseconds(cold.FromHost)} ms.\n";

    private static string Latency(LatencyFigures latency) =>
        "### One picture after another\n\n"
        + MarkdownTable.Write(
            ["VGG16", "ms", "times ONNX Runtime alone"],
            latency.Vgg16.Select(one => (IReadOnlyList<string>)[Names.Of(one.Key), Milliseconds(one.Value), Ratio(latency.Vgg16OverBare[one.Key])]))
        + "\n"
        + MarkdownTable.Write(
            ["EfficientNet-Lite0", "ms", "times ONNX Runtime alone"],
            latency.Default.Select(one => (IReadOnlyList<string>)[Names.Of(one.Key), Milliseconds(one.Value), Ratio(latency.DefaultOverBare[one.Key])]))
        + $"\nVGG16 over HTTP takes {Ratio(latency.HttpOverThreads)} times as long as ONNX Runtime alone with as many threads. Of that time the network's run is {Milliseconds(latency.OwnRun)} ms. Those who take a picture all give it the same name in float32.\n";

    private static string Throughput(ThroughputFigures throughput)
    {
        int[] callers = [.. throughput.Served.Values.SelectMany(one => one.Keys).Distinct().Order()];
        return "### Pictures a second, VGG16\n\n"
            + MarkdownTable.Write(
                ["callers", .. callers.Select(count => $"{count}")],
                throughput.Served.Select(one => (IReadOnlyList<string>)[Names.Of(one.Key), .. callers.Select(count => Spread(one.Value[count], "F1"))]))
            + "\n"
            + MarkdownTable.Write(
                ["eight pictures in one run", "pictures a second"],
                throughput.Batches.Select(one => (IReadOnlyList<string>)[Names.Of(one.Key), Spread(one.Value, "F1")]))
            + (throughput.Int8OverFloat32 is { } ratio ? $"\nThe int8 model is served {Ratio(ratio)} times as fast as float32.\n" : "");
    }

    private static string Memory(MemoryFigures memory) =>
        $"### Memory with VGG16 in float32, after {memory.Pictures} pictures\n\n"
        + MarkdownTable.Write(["", "its own, MiB", "mapped from files, MiB"], memory.Resident.Select(one => Row(one.Key, one.Value)))
        + "\n"
        + MarkdownTable.Write(["classifications of a small network in one process", "its own memory, MiB"], memory.Growth.Select(one => (IReadOnlyList<string>)[Count(one.Key), Number(one.Value, "F0")]));

    private static string[] Row(string key, ProcessMemory memory) => [Names.Of(key), Number(memory.AnonymousMiB, "F0"), Number(memory.FileMiB, "F0")];

    private static string Decode(DecodeFigures decode) =>
        "### From a JPEG's bytes to the tensor\n\n"
        + MarkdownTable.Write(
            ["", "0.3 megapixels, ms", "12 megapixels, ms", "times libvips' rows"],
            decode.Large.Select(one => (IReadOnlyList<string>)[Names.OfDecoder(one.Key), Milliseconds(decode.Small[one.Key]), Milliseconds(one.Value), Ratio(decode.LargeOverRows[one.Key])]));

    private static string Uploads(UploadFigures uploads) =>
        "### From an upload to its document, EfficientNet-Lite0\n\n"
        + MarkdownTable.Write(
            ["uploads at the same time", "ms", "ms a blob, until the last document"],
            uploads.LatencyMs.Select(one => (IReadOnlyList<string>)[Count(one.Key), Milliseconds(one.Value), Milliseconds(uploads.MsABlob[one.Key])]))
        + $"\n{Count(uploads.Images)} uploads, {uploads.Errors} without a classification.\n";

    private static string Absent(Report report) => string.Concat(report.Absent.Select(one => $"Not measured: {Names.Of(one.Key)}: {one.Value}.\n"));

    private static string Spread(Figure figure, string format) =>
        figure.Count == 1 ? Number(figure.Median, format) : $"{Number(figure.Median, format)} ({Number(figure.P10, format)}-{Number(figure.P90, format)})";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
