namespace Serverless.Functions.Patience;

/// <summary>How long is waited for what time can mend.</summary>
public sealed class PatienceOptions
{
    /// <summary>
    /// Seconds that a blob waits for the model, the queue and storage together before its invocation fails, which the host answers with
    /// further tries at once and then the poison queue. <value>480 by default; 1 to 86,400; keep it below <c>functionTimeout</c>.</value>
    /// </summary>
    public double BlobPatienceSeconds { get; set; } = 480;

    /// <summary>Seconds that an HTTP caller waits for a model that is loading. <value>10 by default; 0 to 200.</value></summary>
    public double HttpLoadPatienceSeconds { get; set; } = 10;
}
