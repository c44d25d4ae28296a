using System.Diagnostics;
using Serverless.LocalHost.Worker.Protocol;

namespace Serverless.LocalHost.Worker;

/// <summary>The W3C trace context of an invocation: a new span, in the caller's trace if it named one.</summary>
internal static class TraceContexts
{
    public static RpcTraceContext Create(string? parent = null, string? state = null)
    {
        var known = ActivityContext.TryParse(parent, state, out var caller);
        var trace = known ? caller.TraceId : ActivityTraceId.CreateRandom();
        // Whether a trace is kept is the caller's to say; one that begins here is, or no worker would ever record it.
        var flags = known ? caller.TraceFlags : ActivityTraceFlags.Recorded;
        return new RpcTraceContext
        {
            TraceParent = $"00-{trace}-{ActivitySpanId.CreateRandom()}-{(int)flags:x2}",
            TraceState = known ? state ?? "" : "",
        };
    }
}
