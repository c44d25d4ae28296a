namespace Serverless.ModelTool.Downloads;

/// <summary>One address did not give the file.</summary>
/// <param name="reason">Why, for the list of all that were tried.</param>
/// <param name="canRetry">Whether the same address may do better in a moment.</param>
/// <param name="cause">What a library threw.</param>
internal sealed class MirrorException(string reason, bool canRetry, Exception? cause = null) : Exception(reason, cause)
{
    public bool CanRetry { get; } = canRetry;
}
