using Serverless.Classifier.Errors;

namespace Serverless.ModelTool.Classification;

/// <summary>What became of one file: an answer, or why there is none.</summary>
/// <param name="File">As it was named.</param>
/// <param name="Result">The answer.</param>
/// <param name="Problem">Why there is none.</param>
internal sealed record Answer<T>(string File, T? Result, Problem? Problem)
    where T : class;

/// <summary>Why a file has no answer.</summary>
/// <param name="Code">Stable; <see cref="ErrorKind.Code"/> where the classifier refused it.</param>
/// <param name="Message">For people.</param>
internal sealed record Problem(string Code, string Message);
