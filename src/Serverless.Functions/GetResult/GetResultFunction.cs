using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;
using Serverless.Functions.Json;
using Serverless.Functions.Results;
using Serverless.Functions.Storage;

namespace Serverless.Functions.GetResult;

/// <summary>Gives the stored result of an image.</summary>
public sealed class GetResultFunction(ResultStore results)
{
    /// <remarks>
    /// Hosts differ in how often they decode a path, so a name with per cent signs is better given as <c>results?blob=</c>. A slash that a caller
    /// encoded stays encoded in the path.
    /// </remarks>
    [Function("GetResult")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "results/{*blob}")] HttpRequest request, string? blob, CancellationToken cancellation)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellation, request.HttpContext.RequestAborted);
        var name = request.Query["blob"].ToString() is { Length: > 0 } asked ? asked : blob?.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (string.IsNullOrEmpty(name))
            throw new ClassifierException(FunctionErrors.InvalidRequest, "Name an image, as in results/pets/cat.jpg or results?blob=pets/cat.jpg.");

        var stored = await StorageCall.ForCallerAsync(() => results.ReadAsync(name, left.Token), left.Token)
            ?? throw new ClassifierException(
                FunctionErrors.ResultNotFound, $"There is no result for '{name}': it was not uploaded, or is still waiting to be classified.");
        return new JsonAnswer(StatusCodes.Status200OK, stored.Content.ToMemory());
    }
}
