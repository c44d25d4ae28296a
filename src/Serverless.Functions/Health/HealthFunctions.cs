using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Classifier;
using Serverless.Functions.Errors;
using Serverless.Functions.Json;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Health;

/// <summary>Tells load balancers and people whether the app is alive and whether it is ready. Open to everybody: it says nothing of the content.</summary>
public sealed class HealthFunctions(ImageClassifier classifier, StorageClients storage)
{
    /// <summary>The process answers.</summary>
    [Function("HealthLive")]
    public static IResult Live([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequest request) =>
        JsonAnswer.Ok(new HealthReport("alive"));

    /// <summary>The default model is warm and both containers can be reached.</summary>
    [Function("HealthReady")]
    public async Task<IResult> ReadyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/ready")] HttpRequest request, CancellationToken cancellation)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellation, request.HttpContext.RequestAborted);
        var model = new HealthCheck(classifier.IsReady(out var reason), reason);
        var problems = await Task.WhenAll(ProblemOfAsync(storage.ImagesNow, left.Token), ProblemOfAsync(storage.ResultsNow, left.Token));
        var problem = problems.FirstOrDefault(one => one is not null);
        var check = new HealthCheck(problem is null, problem);
        return model.Ready && check.Ready
            ? JsonAnswer.Ok(new HealthReport("ready", model, check))
            : new JsonAnswer(StatusCodes.Status503ServiceUnavailable, AnswerJson.Serialize(new HealthReport("not ready", model, check)));
    }

    private static async Task<string?> ProblemOfAsync(BlobContainerClient container, CancellationToken cancellation)
    {
        try
        {
            return await container.ExistsAsync(cancellation) ? null : $"container {container.Name} does not exist yet";
        }
        catch (Exception failure) when (StorageFailure.CanMend(failure, cancellation))
        {
            return $"container {container.Name} cannot be reached: {new FailureSummary(failure)}";
        }
    }
}
