using Serverless.Benchmarks.Machine;
using Serverless.Benchmarks.Statistics;

namespace Serverless.Benchmarks.Reports;

/// <summary>All that was measured in one run; a part that was not asked for is null.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Versions">What the peers are made of, by contestant.</param>
/// <param name="Absent">Why a contestant is not among the figures.</param>
internal sealed record Report(MachineFacts Machine, IReadOnlyDictionary<string, string> Versions, IReadOnlyDictionary<string, string> Absent)
{
    public ColdStartFigures? ColdStart { get; init; }

    public LatencyFigures? Latency { get; init; }

    public ThroughputFigures? Throughput { get; init; }

    public MemoryFigures? Memory { get; init; }

    public DecodeFigures? Decode { get; init; }

    public UploadFigures? Uploads { get; init; }
}

/// <summary>From the start of a process to its first answer, page cache warm; milliseconds.</summary>
/// <param name="FirstAnswer">By contestant; the app's from the start of its worker process.</param>
/// <param name="OverApp">How many times the app's, by contestant.</param>
/// <param name="Live">The app's first answer of <c>health/live</c>, in rounds of its own.</param>
/// <param name="BeyondLive">How much later than that its first classification is.</param>
/// <param name="FromHost">The app's first answer from the start of the local host.</param>
internal sealed record ColdStartFigures(
    IReadOnlyDictionary<string, Figure> FirstAnswer, IReadOnlyDictionary<string, Figure> OverApp, Figure Live, Figure BeyondLive, Figure FromHost);

/// <summary>One picture after another.</summary>
/// <param name="Vgg16">Milliseconds for VGG16, by contestant.</param>
/// <param name="Vgg16OverBare">How many times those of ONNX Runtime alone.</param>
/// <param name="Default">Milliseconds for the default model, by contestant.</param>
/// <param name="DefaultOverBare">How many times those of ONNX Runtime alone.</param>
/// <param name="HttpOverThreads">How many times ONNX Runtime alone with as many threads the app's VGG16 is.</param>
/// <param name="OwnRun">What the app says that its network took of <see cref="Contestants.App"/>'s, VGG16; milliseconds.</param>
internal sealed record LatencyFigures(
    IReadOnlyDictionary<string, Figure> Vgg16,
    IReadOnlyDictionary<string, Figure> Vgg16OverBare,
    IReadOnlyDictionary<string, Figure> Default,
    IReadOnlyDictionary<string, Figure> DefaultOverBare,
    Figure HttpOverThreads,
    Figure OwnRun);

/// <summary>Pictures a second, VGG16.</summary>
/// <param name="Served">By contestant and number of callers, each of whom sends the next picture when the last is answered.</param>
/// <param name="Batches">ONNX Runtime alone, eight at once, by contestant.</param>
/// <param name="Int8OverFloat32">How many times as many of the int8 model the app serves to the most callers; null where there is no such model.</param>
internal sealed record ThroughputFigures(
    IReadOnlyDictionary<string, IReadOnlyDictionary<int, Figure>> Served, IReadOnlyDictionary<string, Figure> Batches, Figure? Int8OverFloat32);

/// <summary>Memory with VGG16 in float32, after the same number of pictures each.</summary>
/// <param name="Pictures">That number.</param>
/// <param name="Resident">By contestant.</param>
/// <param name="Growth">Anonymous MiB of a process after so many classifications of a small network.</param>
internal sealed record MemoryFigures(int Pictures, IReadOnlyDictionary<string, ProcessMemory> Resident, IReadOnlyDictionary<int, double> Growth);

/// <summary>From a JPEG's bytes to what the network takes; milliseconds.</summary>
/// <param name="Small">0.3 megapixels, by contestant.</param>
/// <param name="Large">12 megapixels, by contestant.</param>
/// <param name="LargeOverRows">How many times what libvips takes for the rows alone.</param>
internal sealed record DecodeFigures(IReadOnlyDictionary<string, Figure> Small, IReadOnlyDictionary<string, Figure> Large, IReadOnlyDictionary<string, Figure> LargeOverRows);

/// <summary>From an upload to its document, by number of uploads at the same time.</summary>
/// <param name="LatencyMs">From an upload's acceptance to when its document could be seen.</param>
/// <param name="MsABlob">Time until a round's last document, divided by its uploads.</param>
/// <param name="Images">How many in all.</param>
/// <param name="Errors">Documents that are not there or are no classification.</param>
internal sealed record UploadFigures(IReadOnlyDictionary<int, Figure> LatencyMs, IReadOnlyDictionary<int, Figure> MsABlob, int Images, int Errors);
