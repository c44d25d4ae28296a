using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Classifier;
using Serverless.Classifier.Errors;

namespace Serverless.Functions.ClassifyImage;

/// <summary>What the query string of <c>classify</c> asks for; parameters that it does not know are ignored.</summary>
internal static class ClassifyQuery
{
    /// <summary>Reads <c>top</c> and <c>model</c>.</summary>
    /// <exception cref="ClassifierException"><c>top</c> is no number or out of range.</exception>
    public static ClassificationRequest Read(IQueryCollection query, TimeSpan loadPatience) => new()
    {
        Top = ReadTop(query["top"]),
        Model = query["model"].ToString() is { Length: > 0 } model ? model : null,
        LoadPatience = loadPatience,
    };

    private static int ReadTop(string? text)
    {
        if (string.IsNullOrEmpty(text)) return new ClassificationRequest().Top;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var top)
            && top is >= ClassificationRequest.MinTop and <= ClassificationRequest.MaxTop)
            return top;
        throw new ClassifierException(ErrorKind.InvalidTop, string.Create(CultureInfo.InvariantCulture,
            $"top is '{text}'; a whole number from {ClassificationRequest.MinTop} to {ClassificationRequest.MaxTop} is expected."));
    }
}
