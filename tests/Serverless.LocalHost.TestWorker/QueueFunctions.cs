using Microsoft.Azure.Functions.Worker;

namespace Serverless.LocalHost.TestWorker;

internal sealed class QueueFunctions(Journal journal)
{
    /// <summary>A message that begins with <c>fail</c> throws.</summary>
    [Function("FromQueue")]
    public void FromQueue([QueueTrigger("jobs")] string message, FunctionContext context)
    {
        journal.Add("queue", new { message, data = context.BindingContext.BindingData.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString()) });
        if (message.StartsWith("fail", StringComparison.Ordinal))
            throw new InvalidOperationException("cannot do " + message);
    }
}
