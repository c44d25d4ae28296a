using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Classifier;
using Serverless.Functions.Images;
using Serverless.Functions.Json;
using Serverless.Functions.Patience;

namespace Serverless.Functions.ExtractFeatures;

/// <summary>Gives the features of the image in the request's body.</summary>
public sealed class ExtractFeaturesFunction(ImageClassifier classifier, UploadedImages images, IOptions<PatienceOptions> patience)
{
    [Function("ExtractFeatures")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "features")] HttpRequest request, CancellationToken cancellation)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellation, request.HttpContext.RequestAborted);
        var wanted = FeatureQuery.Read(request.Query, TimeSpan.FromSeconds(patience.Value.HttpLoadPatienceSeconds));
        using var image = await images.ReadAsync(request.Body, request.ContentLength, left.Token);
        return JsonAnswer.Ok(FeatureDocument.Of(await classifier.ExtractFeaturesAsync(image.Memory, wanted, left.Token), wanted));
    }
}
