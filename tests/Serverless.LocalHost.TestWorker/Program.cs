using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.LocalHost.TestWorker;

// An exit before the worker says a word, as a broken configuration causes it.
if (int.TryParse(Environment.GetEnvironmentVariable("ExitAtStart"), out var code))
    return code;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddSingleton<Journal>().AddSingleton<Gate>().AddSingleton<IStartupFilter, RawRequests>();
builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
builder.Build().Run();
return 0;
