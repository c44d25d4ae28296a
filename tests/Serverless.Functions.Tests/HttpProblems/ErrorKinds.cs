using System.Reflection;
using Serverless.Classifier.Errors;
using Serverless.Functions.Errors;

namespace Serverless.Functions.Tests.HttpProblems;

/// <summary>Every kind of error that there is, found by reflection so that a new one is not forgotten.</summary>
internal static class ErrorKinds
{
    public static IReadOnlyList<ErrorKind> All { get; } =
    [
        .. new[] { typeof(ErrorKind), typeof(FunctionErrors) }
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(field => field.FieldType == typeof(ErrorKind))
            .Select(field => (ErrorKind)field.GetValue(null)!),
    ];
}
