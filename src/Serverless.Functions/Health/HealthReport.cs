namespace Serverless.Functions.Health;

/// <summary>Whether the app can do its work.</summary>
/// <param name="Status"><c>alive</c>, <c>ready</c> or <c>not ready</c>.</param>
/// <param name="Model">The default model; null in a report of being alive.</param>
/// <param name="Storage">The containers; null in a report of being alive.</param>
public sealed record HealthReport(string Status, HealthCheck? Model = null, HealthCheck? Storage = null);

/// <summary>One part's health.</summary>
/// <param name="Ready">Whether it can do its work.</param>
/// <param name="Reason">Why not.</param>
public sealed record HealthCheck(bool Ready, string? Reason);
