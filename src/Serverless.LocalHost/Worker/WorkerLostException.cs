namespace Serverless.LocalHost.Worker;

/// <summary>The worker ended while something waited for its answer.</summary>
internal sealed class WorkerLostException() : Exception("The worker ended before it answered.");
