using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Serverless.LocalHost.TestWorker;

/// <summary>Writes down each request as the host sent it, before the worker's own pipeline rewrites the forwarded headers.</summary>
internal sealed class RawRequests(Journal journal) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(following => context =>
        {
            var request = context.Request;
            journal.Add("raw-http", new
            {
                request.Method,
                path = request.Path.Value,
                query = request.QueryString.Value,
                request.Protocol,
                headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()),
            });
            return following(context);
        });
        next(app);
    };
}
