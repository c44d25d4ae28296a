using Microsoft.AspNetCore.Http;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;

namespace Serverless.Functions.HttpQueries;

/// <summary>Reads parameters of a query string; one without a value counts as left out.</summary>
internal static class QueryParameters
{
    /// <summary>A text; null where it is left out.</summary>
    public static string? Text(this IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>One of a few words; null where it is left out.</summary>
    /// <exception cref="ClassifierException">It is none of them; the message lists them.</exception>
    public static T? Choice<T>(this IQueryCollection query, string name)
        where T : struct, Enum
    {
        if (query.Text(name) is not { } text) return null;
        var words = Enum.GetNames<T>();
        // By name alone: Enum.TryParse takes numbers too.
        return words.Contains(text, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(text, ignoreCase: true)
            : throw new ClassifierException(
                FunctionErrors.InvalidRequest, $"{name} is '{text}'; it can be {string.Join(", ", words.Select(word => word.ToLowerInvariant()))}.");
    }

    /// <summary>Yes or no; no where it is left out.</summary>
    /// <exception cref="ClassifierException">It is neither <c>true</c> nor <c>false</c>.</exception>
    public static bool Flag(this IQueryCollection query, string name) => query.Text(name) switch
    {
        null => false,
        var text when bool.TryParse(text, out var flag) => flag,
        var text => throw new ClassifierException(FunctionErrors.InvalidRequest, $"{name} is '{text}'; it can be true or false."),
    };
}
