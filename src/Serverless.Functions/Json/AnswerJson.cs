using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Functions.ExtractFeatures;
using Serverless.Functions.Health;
using Serverless.Functions.HttpProblems;
using Serverless.Functions.ListModels;
using Serverless.Functions.Results;

namespace Serverless.Functions.Json;

/// <summary>How everything that this app says becomes JSON: camelCase, nothing that is null, readable unicode.</summary>
internal static class AnswerJson
{
    private static readonly AnswerJsonContext Context = new(new JsonSerializerOptions(AnswerJsonContext.Default.Options)
    {
        // The documents are served as JSON, never inside HTML: names stay legible.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>UTF-8.</summary>
    public static byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, typeof(T), Context);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ResultDocument))]
[JsonSerializable(typeof(IReadOnlyList<ResultDocument>))]
[JsonSerializable(typeof(FeatureDocument))]
[JsonSerializable(typeof(FailureNote))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class AnswerJsonContext : JsonSerializerContext;
