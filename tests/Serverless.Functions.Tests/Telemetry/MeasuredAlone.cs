namespace Serverless.Functions.Tests.Telemetry;

/// <summary>Meters belong to the process: tests that count run while no other test classifies.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;
