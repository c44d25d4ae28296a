using Microsoft.AspNetCore.Http;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;
using Serverless.Functions.Json;

namespace Serverless.Functions.HttpProblems;

/// <summary>Turns what was thrown into what the caller sees.</summary>
internal static class Problems
{
    /// <summary>The named problem behind an exception; what has no name is ours to mend and says nothing of its inside.</summary>
    public static ClassifierException Name(Exception exception) => exception switch
    {
        ClassifierException named => named,
        BadHttpRequestException unreadable => new(FunctionErrors.InvalidRequest, unreadable.Message, unreadable),
        _ => new(FunctionErrors.Internal, "The server failed in a way that was not foreseen; its log has the trace id.", exception),
    };

    /// <summary>The response for a problem.</summary>
    public static JsonAnswer Answer(ClassifierException problem, string traceId)
    {
        var kind = problem.Kind;
        var document = new ProblemDocument(
            TypeOf(kind), kind.Title, kind.HttpStatus, problem.Message, kind.Code, kind.HttpStatus >= 500 ? traceId : null);
        return new(kind.HttpStatus, AnswerJson.Serialize(document), "application/problem+json; charset=utf-8", RetryAfter(kind));
    }

    public static string TypeOf(ErrorKind kind) => $"urn:problem:image-classifier:{kind.Code}";

    /// <summary>A place in the queue is free soon; a model or storage takes longer.</summary>
    private static TimeSpan? RetryAfter(ErrorKind kind) => kind switch
    {
        { HttpStatus: 429 } => TimeSpan.FromSeconds(2),
        { HttpStatus: 503 } => TimeSpan.FromSeconds(5),
        _ => null,
    };
}
