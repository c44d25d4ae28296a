namespace Serverless.Classifier.Errors;

/// <summary>A request that was refused or failed for a reason that has a name.</summary>
/// <param name="kind">Which of the known ways this is.</param>
/// <param name="message">What was wrong with this input and what would be right; safe to show to the caller.</param>
/// <param name="cause">What a library threw; for the log, never for the caller.</param>
public sealed class ClassifierException(ErrorKind kind, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Which of the known ways this is.</summary>
    public ErrorKind Kind { get; } = kind;
}
