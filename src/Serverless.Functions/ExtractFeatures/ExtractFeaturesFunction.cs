using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Functions.ClassifyImage;
using Serverless.Functions.Errors;
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
        if (UploadedFormClassification.IsForm(request))
            throw new ClassifierException(FunctionErrors.InvalidRequest, "The body is a form; features takes one image, as curl --data-binary sends it.");

        using var image = await images.ReadAsync(request.Body, request.ContentLength, longest: request.ContentLength, left.Token);
        return JsonAnswer.Ok(FeatureDocument.Of(await classifier.ExtractFeaturesAsync(image.Memory, wanted, left.Token), wanted));
    }
}
