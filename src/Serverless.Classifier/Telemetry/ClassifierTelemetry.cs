using System.Diagnostics;
using System.Diagnostics.Metrics;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Telemetry;

/// <summary>What the classifier measures and traces, for whoever listens; while nobody does, a measurement costs a look at an empty list.</summary>
/// <remarks>Names follow OpenTelemetry's conventions: durations in seconds, counts in <c>{image}</c>, what went wrong in <c>error.type</c>.</remarks>
public static class ClassifierTelemetry
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "Serverless.Classifier";

    /// <summary>Attribute: the network's name.</summary>
    public const string ModelAttribute = "classifier.model.name";

    /// <summary>Attribute: <c>cpu</c> or <c>cuda</c>.</summary>
    public const string DeviceAttribute = "classifier.device";

    /// <summary>Attribute: <see cref="ErrorKind.Code"/>; absent when nothing went wrong.</summary>
    public const string ErrorAttribute = "error.type";

    private const string QueueStateAttribute = "classifier.queue.state";
    private const string FormatAttribute = "classifier.image.format";

    private static readonly Meter Meter = new(Name);

    // From a small picture on a large machine to a large one at its time limit.
    private static readonly InstrumentAdvice<double> WorkSeconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly InstrumentAdvice<double> LoadSeconds = new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100] };
    private static readonly InstrumentAdvice<int> Images = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] };

    private static readonly Counter<long> ClassifiedImages = Meter.CreateCounter<long>("classifier.images.classified", "{image}", "Images that got an answer.");

    private static readonly Counter<long> RejectedImages = Meter.CreateCounter<long>(
        "classifier.images.rejected", "{image}", "Refusals by code; one that a caller repeats, such as too_busy, counts each time.");

    private static readonly Histogram<double> DecodeDuration = Meter.CreateHistogram(
        "classifier.decode.duration", "s", "From encoded bytes to the tensor.", tags: null, advice: WorkSeconds);

    private static readonly Histogram<double> InferenceDuration = Meter.CreateHistogram(
        "classifier.inference.duration", "s", "One run of the network, from its tensors to its output.", tags: null, advice: WorkSeconds);

    private static readonly Histogram<int> BatchSize = Meter.CreateHistogram(
        "classifier.batch.size", "{image}", "Images in one run of the network.", tags: null, advice: Images);

    private static readonly Histogram<double> LoadDuration = Meter.CreateHistogram(
        "classifier.model.load.duration", "s", "From the model's files to a warm session, or to the failure.", tags: null, advice: LoadSeconds);

    private static readonly UpDownCounter<long> QueueDepth = Meter.CreateUpDownCounter<long>(
        "classifier.queue.depth", "{image}", "Images inside, by state: waiting (for the model, a core or the network) or working.");

    /// <summary>Where spans come from.</summary>
    internal static ActivitySource Source { get; } = new(Name);

    /// <summary>Counts an image that was refused before the classifier saw it.</summary>
    public static void Rejected(ErrorKind kind) => RejectedImages.Add(1, new KeyValuePair<string, object?>(ErrorAttribute, kind.Code));

    /// <summary>Does the work in a span of the model's, and counts a refusal.</summary>
    internal static async Task<T> ObserveAsync<T>(string span, string model, Func<Task<T>> work)
    {
        using var activity = Source.StartActivity(span);
        activity?.SetTag(ModelAttribute, model);
        try
        {
            return await work();
        }
        catch (ClassifierException refused)
        {
            Rejected(refused.Kind);
            activity?.SetTag(ErrorAttribute, refused.Kind.Code);
            // What is wrong with an image is no failure of the app.
            activity?.SetStatus(refused.Kind.HttpStatus >= 500 ? ActivityStatusCode.Error : ActivityStatusCode.Unset, refused.Message);
            throw;
        }
    }

    internal static void Classified(string model, InferenceDevice device) =>
        ClassifiedImages.Add(1, new(ModelAttribute, model), new KeyValuePair<string, object?>(DeviceAttribute, Text(device)));

    internal static void Decoded(ImageFormat format, TimeSpan elapsed)
    {
        if (DecodeDuration.Enabled)
        {
            DecodeDuration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>(FormatAttribute, format.ToString().ToLowerInvariant()));
        }
    }

    /// <summary>Begins a span in that of each image of a run.</summary>
    internal static Activity?[] BeginRun(IReadOnlyList<WaitingRun> images) =>
        Source.HasListeners() ? [.. images.Select(image => Source.StartActivity("infer", ActivityKind.Internal, image.Span))] : [];

    /// <summary>Ends them, the last first: each gives the place of the current one back to the one before.</summary>
    internal static void EndRun(Activity?[] spans)
    {
        foreach (var span in spans.Reverse())
        {
            span?.Dispose();
        }
    }

    /// <summary>Counts a run, once for all of its images.</summary>
    internal static void Inferred(string model, InferenceDevice device, int images, TimeSpan elapsed)
    {
        KeyValuePair<string, object?> name = new(ModelAttribute, model), where = new(DeviceAttribute, Text(device));
        InferenceDuration.Record(elapsed.TotalSeconds, name, where);
        BatchSize.Record(images, name, where);
    }

    internal static void Loaded(string model, InferenceDevice device, TimeSpan elapsed) =>
        LoadDuration.Record(elapsed.TotalSeconds, new(ModelAttribute, model), new KeyValuePair<string, object?>(DeviceAttribute, Text(device)));

    internal static void LoadFailed(string model, ErrorKind kind, TimeSpan elapsed) =>
        LoadDuration.Record(elapsed.TotalSeconds, new(ModelAttribute, model), new KeyValuePair<string, object?>(ErrorAttribute, kind.Code));

    /// <summary>More (or, negative, fewer) images wait.</summary>
    internal static void Waiting(int images) => QueueDepth.Add(images, new KeyValuePair<string, object?>(QueueStateAttribute, "waiting"));

    /// <summary>More (or, negative, fewer) images are in work.</summary>
    internal static void Working(int images) => QueueDepth.Add(images, new KeyValuePair<string, object?>(QueueStateAttribute, "working"));

    private static string Text(InferenceDevice device) => device switch
    {
        InferenceDevice.Cuda => "cuda",
        _ => "cpu",
    };
}
