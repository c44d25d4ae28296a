using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Explanation;
using Serverless.Functions.Errors;
using Serverless.Functions.HttpQueries;

namespace Serverless.Functions.ClassifyImage;

/// <summary>What the query string of <c>classify</c> asks for; parameters that it does not know are ignored.</summary>
internal static class ClassifyQuery
{
    /// <summary>Reads <c>top</c>, <c>model</c>, <c>explain</c> and <c>class</c>.</summary>
    /// <exception cref="ClassifierException"><c>top</c> is no number or out of range, or there is no such way to explain.</exception>
    public static ClassificationRequest Read(IQueryCollection query, TimeSpan loadPatience) => new()
    {
        Top = ReadTop(query["top"]),
        Model = query.Text("model"),
        Explain = ReadExplain(query),
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

    private static ExplanationRequest? ReadExplain(IQueryCollection query) => (query.Choice<ExplanationMethod>("explain"), query.Text("class")) switch
    {
        ({ } method, var wanted) => new() { Method = method, Class = wanted },
        (null, null) => null,
        _ => throw new ClassifierException(FunctionErrors.InvalidRequest, "class says what to explain: give explain=cam or explain=occlusion with it."),
    };
}
