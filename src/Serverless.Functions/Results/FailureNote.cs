using System.Text.Json.Serialization;

namespace Serverless.Functions.Results;

/// <summary>Why an image was given up, for an operator who finds it in the poison queue. It is no answer: no version counts as done by it.</summary>
/// <param name="SchemaVersion">The version of this layout.</param>
/// <param name="Container">The image's container.</param>
/// <param name="Blob">The image's name.</param>
/// <param name="ETag">The image's version without quotes; null when not even that was found out.</param>
/// <param name="Code">Stable; the <c>code</c> of the problem that an HTTP caller would get.</param>
/// <param name="Message">What happened, in a line.</param>
/// <param name="FailedAt">When it was given up, UTC.</param>
public sealed record FailureNote(
    int SchemaVersion, string Container, string Blob, [property: JsonPropertyName("etag")] string? ETag, string Code, string Message, DateTimeOffset FailedAt);
