using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Functions.OpenApi;

/// <summary>The OpenAPI document: the embedded <c>openapi.json</c> with the result document's schema put in its place, so that there is one source of each.</summary>
internal static class OpenApiDocument
{
    private static readonly JsonSerializerOptions Legible = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Lazy<byte[]> Composed = new(Compose);

    /// <summary>UTF-8.</summary>
    public static ReadOnlyMemory<byte> Json => Composed.Value;

    private static byte[] Compose()
    {
        var document = Read("openapi.json");
        document["components"]!["schemas"]!["ResultDocument"] = Read("result.schema.json");
        return JsonSerializer.SerializeToUtf8Bytes(document, Legible);
    }

    private static JsonNode Read(string name)
    {
        using var resource = typeof(OpenApiDocument).Assembly.GetManifestResourceStream(name)!;
        return JsonNode.Parse(resource)!;
    }
}
