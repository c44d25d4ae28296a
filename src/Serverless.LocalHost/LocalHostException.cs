namespace Serverless.LocalHost;

/// <summary>The host cannot start or go on; the message says what is wrong and what would be right, and is all that the user sees.</summary>
internal sealed class LocalHostException(string message, Exception? cause = null) : Exception(message, cause);
