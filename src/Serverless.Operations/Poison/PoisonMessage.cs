using System.Text;
using System.Text.Json;

namespace Serverless.Operations.Poison;

/// <summary>One message of the poison queue.</summary>
/// <param name="Id">Its identifier in the queue.</param>
/// <param name="Text">As it lies in the queue.</param>
/// <param name="QueuedAt">When the last try had failed.</param>
/// <param name="ExpiresAt">When the queue forgets it.</param>
/// <param name="PopReceipt">The right to change it; null when it was only looked at.</param>
internal sealed record PoisonMessage(string Id, string Text, DateTimeOffset? QueuedAt, DateTimeOffset? ExpiresAt, string? PopReceipt)
{
    /// <summary>Which blob failed; null for a message that is not of a blob trigger.</summary>
    public PoisonedBlob? Blob { get; } = PoisonedBlob.Parse(Text);

    /// <summary>What a person calls it.</summary>
    public string Name => Blob?.Path ?? $"message {Id}";

    /// <summary>Whether it is called so: by the blob's name, with or without its container, or by its identifier.</summary>
    public bool IsNamed(string name) => name == Id || (Blob is { } blob && (name == blob.Name || name == blob.Path));
}

/// <summary>A blob's version that failed as often as the host allows.</summary>
/// <param name="Container">Its container.</param>
/// <param name="Name">Its name.</param>
/// <param name="ETag">The version without quotes.</param>
/// <param name="Function">Whose invocations failed, without the host's prefix.</param>
internal sealed record PoisonedBlob(string Container, string Name, string ETag, string Function)
{
    private const string HostsPrefix = "Host.Functions.";

    public string Path => $"{Container}/{Name}";

    /// <summary>Reads what the host wrote: base64 of JSON, or JSON. Null for anything else.</summary>
    public static PoisonedBlob? Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(Decode(text));
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Field(root, "ContainerName") is not { } container || Field(root, "BlobName") is not { } name) return null;
            var function = Field(root, "FunctionId") ?? "";
            return new(
                container, name, (Field(root, "ETag") ?? "").Trim('"'),
                function.StartsWith(HostsPrefix, StringComparison.Ordinal) ? function[HostsPrefix.Length..] : function);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : text;
    }

    private static string? Field(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
