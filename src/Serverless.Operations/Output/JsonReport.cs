using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Operations.Poison;

namespace Serverless.Operations.Output;

/// <summary>What the commands say, for other programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Into a pipe, never inside HTML: names stay legible.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static Option<bool> Option { get; } = new("--json") { Description = "JSON for other programs" };

    /// <summary>Failures; <c>total</c> is about how many there are, of which <c>messages</c> may be the first.</summary>
    public static void Write(TextWriter output, int total, IReadOnlyList<Diagnosis> diagnoses) => output.WriteLine(JsonSerializer.Serialize(
        new
        {
            total,
            messages = diagnoses.Select(one => new
            {
                id = one.Message.Id,
                container = one.Message.Blob?.Container,
                blob = one.Message.Blob?.Name,
                etag = one.Message.Blob?.ETag,
                function = one.Message.Blob?.Function,
                text = one.Message.Blob is null ? one.Message.Text : null,
                queuedAt = one.Message.QueuedAt,
                expiresAt = one.Message.ExpiresAt,
                state = one.State,
                error = one.Note is { } note ? new { code = note.Code, message = note.Message, etag = note.ETag, failedAt = note.FailedAt } : null,
            }),
        },
        Json));

    /// <summary>What became of the chosen messages, and the names that no message had.</summary>
    public static void Write(TextWriter output, IReadOnlyList<Done> work, IReadOnlyList<string> notFound) => output.WriteLine(JsonSerializer.Serialize(
        new
        {
            messages = work.Select(one => new
            {
                id = one.Message.Id,
                container = one.Message.Blob?.Container,
                blob = one.Message.Blob?.Name,
                outcome = one.Fate,
                problem = one.Problem,
            }),
            notFound,
        },
        Json));
}
