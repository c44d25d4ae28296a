namespace Serverless.ModelTool;

/// <summary>What was asked for cannot be done, for a reason that the user can mend; printed without a stack trace.</summary>
/// <param name="message">What is wrong and what would be right.</param>
/// <param name="cause">What a library threw.</param>
internal sealed class ModelToolException(string message, Exception? cause = null) : Exception(message, cause);
