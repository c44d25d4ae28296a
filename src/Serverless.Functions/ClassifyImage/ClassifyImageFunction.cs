using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;
using Serverless.Functions.Json;
using Serverless.Functions.Patience;

namespace Serverless.Functions.ClassifyImage;

/// <summary>Classifies the image, or the images, of a request; or one that is stored already.</summary>
public sealed class ClassifyImageFunction(
    UploadedImageClassification uploaded, UploadedFormClassification form, StoredImageClassification stored, IOptions<PatienceOptions> patience)
{
    [Function("ClassifyImage")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "classify")] HttpRequest request, CancellationToken cancellation)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellation, request.HttpContext.RequestAborted);
        var wanted = ClassifyQuery.Read(request.Query, TimeSpan.FromSeconds(patience.Value.HttpLoadPatienceSeconds));

        if (HttpMethods.IsGet(request.Method))
        {
            return request.Query["blob"].ToString() is { Length: > 0 } blob
                ? JsonAnswer.Ok(await stored.RunAsync(blob, wanted, left.Token))
                : throw new ClassifierException(
                    FunctionErrors.InvalidRequest, "Name a stored image, as in classify?blob=pets/cat.jpg, or POST an image.");
        }

        return UploadedFormClassification.IsForm(request)
            ? await form.RunAsync(request, wanted, left.Token)
            : JsonAnswer.Ok(await uploaded.RunAsync(request, wanted, left.Token));
    }
}
