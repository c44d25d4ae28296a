using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Serverless.Functions.Tests;

/// <summary>A result document as a stranger reads it.</summary>
internal sealed class Document(JsonNode json)
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(File.ReadAllText(TestFiles.InRepository("docs", "result.schema.json")));

    public string Status => Text("status")!;

    public string? ErrorCode => Text("error", "code");

    public string? ErrorMessage => Text("error", "message");

    public string? SourceETag => Text("source", "etag");

    public string? SourceBlob => Text("source", "blob");

    public string? SourceFile => Text("source", "file");

    public JsonNode? Source => json["source"];

    public long? SourceBytes => json["source"]?["bytes"]?.GetValue<long>();

    public string FirstLabel => json["predictions"]![0]!["label"]!.GetValue<string>();

    public string Model => Text("model", "name")!;

    public IReadOnlyList<double> Probabilities => [.. json["predictions"]!.AsArray().Select(one => one!["probability"]!.GetValue<double>())];

    /// <summary>Reads a document and holds it against <c>docs/result.schema.json</c>.</summary>
    public static Document Parse(ReadOnlyMemory<byte> json)
    {
        using var parsed = JsonDocument.Parse(json);
        Assert.Empty(Violations(parsed.RootElement));
        return new Document(JsonNode.Parse(json.Span)!);
    }

    public static IReadOnlyList<string> Violations(JsonElement json)
    {
        var result = Schema.Evaluate(json, new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return result.IsValid
            ? []
            : [.. (result.Details ?? []).Where(detail => detail.Errors is not null)
                .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")), json.ToString()];
    }

    public override string ToString() => Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(json));

    private string? Text(params string[] path) => path.Aggregate((JsonNode?)json, (node, name) => node?[name])?.GetValue<string>();
}
