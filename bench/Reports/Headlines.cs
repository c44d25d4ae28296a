using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Reports;

/// <summary>The few figures by which the app is judged; null where the part was not measured or the other one is absent.</summary>
/// <param name="ColdStartBeyondLiveMs">How much later than <c>health/live</c> the first VGG16 answer comes.</param>
/// <param name="FirstAnswerOverNodePeer">The app's first answer as a multiple of the Node server's.</param>
/// <param name="HttpOverBareP50">A picture over HTTP as a multiple of ONNX Runtime alone with its defaults.</param>
/// <param name="HttpOverBareThreadsP50">The same of ONNX Runtime alone with as many threads as the app has.</param>
/// <param name="Int8OverFloat32Throughput">Pictures a second served of the int8 model as a multiple of float32's.</param>
/// <param name="Float32AnonymousMiB">The worker's memory beside the mapped weights.</param>
/// <param name="Decode12MpOverLibvipsRows">Our JPEG to tensor as a multiple of libvips fetching the rows.</param>
/// <param name="UploadToDocumentMs">By number of uploads at the same time.</param>
internal sealed record Headlines(
    Figure? ColdStartBeyondLiveMs,
    Figure? FirstAnswerOverNodePeer,
    Figure? HttpOverBareP50,
    Figure? HttpOverBareThreadsP50,
    Figure? Int8OverFloat32Throughput,
    double? Float32AnonymousMiB,
    Figure? Decode12MpOverLibvipsRows,
    IReadOnlyDictionary<int, Figure>? UploadToDocumentMs)
{
    public static Headlines Of(Report report) => new(
        report.ColdStart?.BeyondLive,
        report.ColdStart?.OverApp.GetValueOrDefault(Contestants.Node) is { } node ? Inverse(node) : null,
        report.Latency?.Vgg16OverBare.GetValueOrDefault(Contestants.App),
        report.Latency?.HttpOverThreads,
        report.Throughput?.Int8OverFloat32,
        report.Memory?.Resident.GetValueOrDefault(Contestants.App)?.AnonymousMiB,
        report.Decode?.LargeOverRows.GetValueOrDefault(Contestants.Classifier),
        report.Uploads?.LatencyMs);

    /// <summary>The figure of 1/x: the order turns round, and the middle stays the middle but for the gap between an even number's two.</summary>
    private static Figure Inverse(Figure figure) => new(1 / figure.Median, 1 / figure.P90, 1 / figure.P10, figure.Count);
}
