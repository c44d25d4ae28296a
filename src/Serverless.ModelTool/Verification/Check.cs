namespace Serverless.ModelTool.Verification;

/// <summary>Something that was looked at.</summary>
/// <param name="What">What.</param>
/// <param name="Finding">What was found.</param>
/// <param name="IsRight">Whether it is as it must be.</param>
internal sealed record Check(string What, string Finding, bool IsRight);
