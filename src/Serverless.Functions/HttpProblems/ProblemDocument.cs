namespace Serverless.Functions.HttpProblems;

/// <summary>Problem details (RFC 9457).</summary>
/// <param name="Type">Names the kind of problem.</param>
/// <param name="Title">The kind in a few words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What was wrong with this request and what would be right.</param>
/// <param name="Code">Stable, snake_case; clients match on it.</param>
/// <param name="TraceId">Finds the log entry; only with problems of the server.</param>
public sealed record ProblemDocument(string Type, string Title, int Status, string Detail, string Code, string? TraceId);
