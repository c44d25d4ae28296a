using Microsoft.AspNetCore.Http;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Features;
using Serverless.Functions.Errors;
using Serverless.Functions.HttpQueries;

namespace Serverless.Functions.ExtractFeatures;

/// <summary>What the query string of <c>features</c> asks for; parameters that it does not know are ignored.</summary>
internal static class FeatureQuery
{
    /// <summary>Reads <c>model</c>, <c>pooling</c> and <c>normalize</c>.</summary>
    /// <exception cref="ClassifierException">One of them has a value that it cannot have.</exception>
    public static FeatureRequest Read(IQueryCollection query, TimeSpan loadPatience)
    {
        var request = new FeatureRequest
        {
            Model = query.Text("model"),
            Pooling = query.Choice<PoolingKind>("pooling") ?? PoolingKind.Avg,
            Normalize = query.Flag("normalize"),
            LoadPatience = loadPatience,
        };
        return request is { Pooling: PoolingKind.None, Normalize: true }
            ? throw new ClassifierException(
                FunctionErrors.InvalidRequest, "normalize makes a vector of length 1, and pooling=none gives no vector: leave one of them out.")
            : request;
    }
}
