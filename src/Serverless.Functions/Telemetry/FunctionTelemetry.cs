using System.Diagnostics;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Telemetry;

namespace Serverless.Functions.Telemetry;

/// <summary>The spans of the way from a blob to its result. The worker opens one for each invocation, whose parent is the host's; these are inside it.</summary>
internal static class FunctionTelemetry
{
    /// <summary>The name of the source of spans.</summary>
    public const string Name = "Serverless.Functions";

    // OpenTelemetry's names for what a function was triggered by.
    private const string ContainerAttribute = "faas.document.collection";
    private const string BlobAttribute = "faas.document.name";
    private const string OutcomeAttribute = "classifier.outcome";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Does one blob's work in a span; null is handed to it while nobody listens.</summary>
    public static async Task<T> ObserveBlobAsync<T>(string container, string blob, Func<Activity?, Task<T>> work)
    {
        using var span = Source.StartActivity("classify blob");
        span?.SetTag(ContainerAttribute, container).SetTag(BlobAttribute, blob);
        try
        {
            var outcome = await work(span);
            span?.SetTag(OutcomeAttribute, outcome);
            return outcome;
        }
        catch (Exception failure) when (span is not null)
        {
            span.SetTag(ClassifierTelemetry.ErrorAttribute, failure is ClassifierException { Kind.Code: var code } ? code : failure.GetType().FullName);
            span.SetStatus(ActivityStatusCode.Error, failure.Message);
            throw;
        }
    }

    /// <summary>Does one step in a span of its own.</summary>
    public static async Task<T> ObserveAsync<T>(string step, Func<Task<T>> work)
    {
        using var span = Source.StartActivity(step);
        return await work();
    }
}
