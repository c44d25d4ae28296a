using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Serverless.Classifier;
using Serverless.Functions.HttpProblems;
using Serverless.Functions.Patience;
using Serverless.Functions.Start;
using Serverless.Functions.Storage;
using Serverless.Functions.Telemetry;

return await Worker.RunAsync(() =>
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    builder.UseMiddleware<ProblemMiddleware>();
    builder.Services
        .AddTelemetry(builder.Configuration)
        .AddClassifier()
        .AddStorage()
        .AddPatience()
        .AddClassification()
        .AddLargeBodies();
    return builder.Build();
});
