using System.Text.Json.Serialization;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Ranking;

namespace Serverless.Functions.Results;

/// <summary>The answer for one image: five names, or why there are none. <c>docs/result.schema.json</c> describes its JSON.</summary>
public sealed record ResultDocument
{
    /// <summary>The version of this layout.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Classified or rejected.</summary>
    public required ResultStatus Status { get; init; }

    /// <summary>Which blob or uploaded file this is about; null where the request held just this image.</summary>
    public ResultSource? Source { get; init; }

    /// <summary>What was read; null when the image was rejected.</summary>
    public ResultImage? Image { get; init; }

    /// <summary>Which network answered; null when the image was rejected.</summary>
    public ResultModel? Model { get; init; }

    /// <summary>Highest probability first; null when the image was rejected.</summary>
    public IReadOnlyList<ResultPrediction>? Predictions { get; init; }

    /// <summary>Where the network looked; null where nobody asked.</summary>
    public ResultExplanation? Explanation { get; init; }

    /// <summary>Why the image was rejected; null when it was classified.</summary>
    public ResultError? Error { get; init; }

    /// <summary>Oddities of the image, in plain sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Where the time went; null when the image was rejected.</summary>
    public ResultTiming? Timing { get; init; }

    /// <summary>When the answer was given, UTC.</summary>
    public required DateTime ClassifiedAt { get; init; }

    /// <summary>For the log: the first name, or why there is none.</summary>
    public override string ToString() => Predictions is [var first, ..] ? $"{first.Label} ({first.Probability:P0})" : Error!.Code;

    /// <summary>The document of an image that was classified.</summary>
    internal static ResultDocument Classified(Classification answer, ResultSource? source, TimeProvider time) => new()
    {
        Status = ResultStatus.Classified,
        Source = source,
        Image = ResultImage.Of(answer.Image),
        Model = ResultModel.Of(answer.Model),
        Predictions = [.. answer.Predictions.Select(ResultPrediction.Of)],
        Explanation = answer.Explanation is { } explanation ? ResultExplanation.Of(explanation, answer.Image) : null,
        Warnings = answer.Image.Warnings,
        Timing = ResultTiming.Of(answer.Timing),
        ClassifiedAt = Now(time),
    };

    /// <summary>The document of an image that no retry could classify.</summary>
    internal static ResultDocument Rejected(ClassifierException reason, ResultSource? source, TimeProvider time) => new()
    {
        Status = ResultStatus.Rejected,
        Source = source,
        Error = new(reason.Kind.Code, reason.Message),
        ClassifiedAt = Now(time),
    };

    /// <summary>To the millisecond: more says nothing.</summary>
    private static DateTime Now(TimeProvider time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()).UtcDateTime;
}

/// <summary>How it ended.</summary>
public enum ResultStatus
{
    /// <summary>There are predictions.</summary>
    [JsonStringEnumMemberName("classified")] Classified,

    /// <summary>There is an error that no retry can mend.</summary>
    [JsonStringEnumMemberName("rejected")] Rejected,
}

/// <summary>Which blob or uploaded file a document is about.</summary>
/// <param name="Container">The blob's container; null for an uploaded file.</param>
/// <param name="Blob">The blob's name; null for an uploaded file.</param>
/// <param name="ETag">The blob's version; null for an uploaded file.</param>
/// <param name="File">The uploaded file's name as the form gives it; null for a blob.</param>
/// <param name="Bytes">Encoded size; null where it was not found out.</param>
public sealed record ResultSource(
    string? Container, string? Blob, [property: JsonPropertyName("etag")] string? ETag, string? File, long? Bytes)
{
    internal static ResultSource OfBlob(string container, string blob, BlobVersion version) =>
        new(container, blob, version.ETag, null, version.Bytes);

    internal static ResultSource OfFile(string file, long? bytes) => new(null, null, null, file, bytes);
}

/// <summary>What was read.</summary>
/// <param name="Format"><c>jpeg</c>, <c>png</c>, <c>gif</c>, <c>webp</c>, <c>tiff</c> or <c>bmp</c>, by the first bytes.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public sealed record ResultImage(string Format, int Width, int Height)
{
    internal static ResultImage Of(ImageFacts image) => new(image.Format.ToString().ToLowerInvariant(), image.Width, image.Height);
}

/// <summary>Which network answered.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sha256">Lower-case hexadecimal SHA-256 of its graph.</param>
public sealed record ResultModel(string Name, string Sha256)
{
    internal static ResultModel Of(ModelIdentity model) => new(model.Name, model.Sha256);
}

/// <summary>One class that the network named.</summary>
/// <param name="Rank">1 for the most probable.</param>
/// <param name="ClassId">Identifier of the class, for ImageNet the WordNet id; null where labels have none.</param>
/// <param name="Label">Name of the class.</param>
/// <param name="Probability">0..1.</param>
public sealed record ResultPrediction(int Rank, string? ClassId, string Label, float Probability)
{
    internal static ResultPrediction Of(Prediction prediction) => new(prediction.Rank, prediction.ClassId, prediction.Label, prediction.Probability);
}

/// <summary>Why an image was rejected.</summary>
/// <param name="Code">Stable; equal to the <c>code</c> of the problem that an HTTP caller gets.</param>
/// <param name="Message">What was wrong with this image and what would be right.</param>
public sealed record ResultError(string Code, string Message);

/// <summary>Where the time of one classification went.</summary>
/// <param name="DecodeMs">From encoded bytes to the tensor, in milliseconds.</param>
/// <param name="InferenceMs">From the tensor to the network's output, in milliseconds.</param>
public sealed record ResultTiming(double DecodeMs, double InferenceMs)
{
    internal static ResultTiming Of(ClassificationTiming timing) => new(Milliseconds(timing.Decode), Milliseconds(timing.Inference));

    internal static double Milliseconds(TimeSpan duration) => Math.Round(duration.TotalMilliseconds, 1);
}
