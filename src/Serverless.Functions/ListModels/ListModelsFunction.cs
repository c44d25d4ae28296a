using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Classifier;
using Serverless.Functions.Json;

namespace Serverless.Functions.ListModels;

/// <summary>Lists the models.</summary>
public sealed class ListModelsFunction(ImageClassifier classifier, IOptions<ClassifierOptions> options)
{
    [Function("ListModels")]
    public IResult Run([HttpTrigger(AuthorizationLevel.Function, "get", Route = "models")] HttpRequest request) =>
        JsonAnswer.Ok(new ModelList(options.Value.Model, [.. classifier.Models.Select(ListedModel.Of)]));
}
