using Yarp.ReverseProxy.Forwarder;

namespace Serverless.LocalHost.Http;

/// <summary>A forwarded call as the real host sends it: the caller's headers, whom it came from, and the invocation that it belongs to.</summary>
internal sealed class InvocationTransformer(string invocationId) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var request = httpContext.Request;
        var headers = proxyRequest.Headers;
        // The worker's own address; the caller's goes below.
        headers.Host = null;
        headers.TryAddWithoutValidation("x-ms-invocation-id", invocationId);
        Set("X-Forwarded-For", httpContext.Connection.RemoteIpAddress?.ToString());
        Set("X-Forwarded-Host", request.Host.ToUriComponent());
        Set("X-Forwarded-Proto", request.Scheme);

        void Set(string name, string? value)
        {
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, value);
        }
    }
}
