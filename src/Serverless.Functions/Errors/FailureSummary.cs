using Azure;
using Serverless.Classifier.Errors;

namespace Serverless.Functions.Errors;

/// <summary>What happened in a few words, for log lines and health reports: without the many lines of the storage client and without its secrets.</summary>
internal readonly record struct FailureSummary(Exception Failure)
{
    public override string ToString() => Failure switch
    {
        AggregateException { InnerExceptions: [.., var last] } => new FailureSummary(last).ToString(),
        ClassifierException named => named.Message,
        RequestFailedException { Status: > 0 } failed => $"{failed.Status} {failed.ErrorCode ?? "without a code"}",
        _ => Failure.Message.Split('\n', 2)[0].Trim(),
    };
}
