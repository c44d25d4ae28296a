using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;
using Serverless.Functions.Json;
using Serverless.Functions.Results;

namespace Serverless.Functions.ClassifyImage;

/// <summary>
/// Classifies the files of a <c>multipart/form-data</c> body, one after the other as they arrive, so that one image is in memory at a time.
/// One file gives one document, or one problem. Several give an array with a document each, in the form's order: what is wrong with one
/// image (a <c>rejected</c> document) does not take the others' answers away. What is wrong with the request or the server fails it whole.
/// </summary>
public sealed class UploadedFormClassification(UploadedImageClassification images, TimeProvider time)
{
    /// <summary>The most files in one request.</summary>
    internal const int MaxFiles = 64;

    private const int LongestBoundary = 200;

    /// <summary>Whether the body is such a form. Any other content type is no hint: curl's default for raw bytes is that of another kind of form.</summary>
    internal static bool IsForm(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    internal async Task<IResult> RunAsync(HttpRequest request, ClassificationRequest wanted, CancellationToken cancellation)
    {
        var documents = new List<ResultDocument>();
        ClassifierException? refusal = null;
        var form = new MultipartReader(Boundary(request), request.Body);
        while (await NextFileAsync(form, cancellation) is { } file)
        {
            if (documents.Count == MaxFiles) throw new ClassifierException(FunctionErrors.InvalidRequest, $"The form has more than {MaxFiles} files.");
            try
            {
                documents.Add(await images.RunAsync(file.Body, announced: null, longest: request.ContentLength, file.Name, wanted, cancellation));
            }
            catch (ClassifierException refused) when (refused.Kind.IsAboutTheImage)
            {
                refusal = refused;
                documents.Add(ResultDocument.Rejected(refused, ResultSource.OfFile(file.Name, bytes: null), time));
            }
        }

        return documents switch
        {
            [] => throw new ClassifierException(FunctionErrors.InvalidRequest, "The form holds no file: give each image as a part with a file name."),
            [_] when refusal is not null => throw refusal,
            [var single] => JsonAnswer.Ok(single with { Source = null }),
            _ => JsonAnswer.Ok<IReadOnlyList<ResultDocument>>(documents),
        };
    }

    private static string Boundary(HttpRequest request)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value;
        return boundary is { Length: > 0 and <= LongestBoundary }
            ? boundary
            : throw new ClassifierException(
                FunctionErrors.InvalidRequest, "The content type of a form is multipart/form-data with a boundary, as curl -F and browsers send it.");
    }

    /// <summary>The next part that is a file, whatever its field is called; other fields are passed over.</summary>
    private static async Task<(string Name, Stream Body)?> NextFileAsync(MultipartReader form, CancellationToken cancellation)
    {
        try
        {
            while (await form.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (section.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition())
                {
                    var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName);
                    return (name.ToString(), section.Body);
                }
            }

            return null;
        }
        catch (Exception malformed) when (malformed is InvalidDataException or IOException)
        {
            throw new ClassifierException(FunctionErrors.InvalidRequest, "The form's body does not follow its boundary, or is cut off.", malformed);
        }
    }
}
