using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.Functions.Results;
using Serverless.Operations.Storage;

namespace Serverless.Operations.Poison;

/// <summary>What is known of a message's blob: how it stands, and the note that the app left about its failure.</summary>
/// <param name="Message">The message.</param>
/// <param name="State">How the blob stands now.</param>
/// <param name="Note">Why it failed; null where the app left no note.</param>
/// <param name="NoteVersion">The note's own version.</param>
/// <param name="Properties">The blob's; null when it is not there.</param>
internal sealed record Diagnosis(PoisonMessage Message, BlobState State, FailureNote? Note, ETag? NoteVersion, BlobProperties? Properties)
{
    /// <summary>The key in a document's metadata under which the app keeps the version that it answers.</summary>
    private const string SourceETag = "sourceetag";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>In a line: why it failed.</summary>
    public string Reason => (State, Note) switch
    {
        (BlobState.Unreadable, _) => "not a message of a blob trigger",
        (_, null) => "the app left no note; its log says why",
        (_, { } note) when note.ETag is { } version && version != Message.Blob!.ETag => $"{note.Code}: {note.Message} (another version)",
        (_, { } note) => $"{note.Code}: {note.Message}",
    };

    /// <summary>Looks a message's blob up.</summary>
    public static async Task<Diagnosis> OfAsync(PoisonAccount account, PoisonMessage message, CancellationToken cancellation)
    {
        if (message.Blob is not { } blob) return new(message, BlobState.Unreadable, null, null, null);
        var (note, version) = await NoteAsync(account, blob, cancellation);
        var answered = await AnsweredAsync(account, blob, cancellation);
        var properties = await PropertiesAsync(account, blob, cancellation);
        var now = properties?.ETag.ToString("H").Trim('"');
        var state = now is null ? BlobState.Gone
            : answered == now ? BlobState.Answered
            : blob.ETag == now ? BlobState.Failed
            : BlobState.Replaced;
        return new(message, state, note, version, properties);
    }

    private static async Task<(FailureNote?, ETag?)> NoteAsync(PoisonAccount account, PoisonedBlob blob, CancellationToken cancellation)
    {
        try
        {
            var found = (await account.Result(ResultName.OfNote(blob.Name)).DownloadContentAsync(cancellation)).Value;
            var note = found.Content.ToObjectFromJson<FailureNote>(Json);
            // Two containers may have a blob of that name.
            return note is { Code: not null, Message: not null } && note.Container == blob.Container ? (note, found.Details.ETag) : (null, null);
        }
        catch (Exception missing) when (missing is RequestFailedException { Status: 404 } or JsonException)
        {
            return (null, null);
        }
    }

    private static async Task<string?> AnsweredAsync(PoisonAccount account, PoisonedBlob blob, CancellationToken cancellation)
    {
        try
        {
            var document = (await account.Result(ResultName.Of(blob.Name)).GetPropertiesAsync(cancellationToken: cancellation)).Value;
            return document.Metadata.TryGetValue(SourceETag, out var version) ? version : null;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    private static async Task<BlobProperties?> PropertiesAsync(PoisonAccount account, PoisonedBlob blob, CancellationToken cancellation)
    {
        try
        {
            return (await account.Image(blob).GetPropertiesAsync(cancellationToken: cancellation)).Value;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }
}
