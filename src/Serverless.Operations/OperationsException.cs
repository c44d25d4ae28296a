namespace Serverless.Operations;

/// <summary>Something that the user can mend; the message says how.</summary>
internal sealed class OperationsException(string message) : Exception(message);
