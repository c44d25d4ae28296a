using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Serverless.Classifier;
using Serverless.Classifier.Inference;
using Serverless.Functions.HttpProblems;
using Serverless.Functions.Patience;
using Serverless.Functions.Start;
using Serverless.Functions.Storage;
using Serverless.Functions.Telemetry;

// Before anything else: the network comes into memory while the host is built and shakes hands.
var model = EarlyModel.Begin(Environment.GetEnvironmentVariable);
return await Worker.RunAsync(() =>
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    builder.UseMiddleware<ProblemMiddleware>();
    builder.Services
        .AddTelemetry(builder.Configuration)
        .AddClassifier(model)
        .AddStorage()
        .AddPatience()
        .AddClassification()
        .AddLargeBodies();
    return builder.Build();
});
