using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Json;

namespace Serverless.Functions.OpenApi;

/// <summary>Serves the HTTP contract.</summary>
public static class OpenApiFunction
{
    [Function("OpenApi")]
    public static IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) =>
        new JsonAnswer(StatusCodes.Status200OK, OpenApiDocument.Json);
}
