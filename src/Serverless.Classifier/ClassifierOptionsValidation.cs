using Microsoft.Extensions.Options;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;

namespace Serverless.Classifier;

/// <summary>Finds every problem of the settings <c>Classifier__*</c> before the program takes work.</summary>
internal sealed class ClassifierOptionsValidation : IValidateOptions<ClassifierOptions>
{
    public ValidateOptionsResult Validate(string? name, ClassifierOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(ClassifierOptions options)
    {
        if (ModelProblem(options) is { } model)
        {
            yield return model;
        }

        if (!Enum.IsDefined(options.Device))
        {
            yield return $"Classifier__Device is {options.Device}; it can be auto, cpu or cuda";
        }
        else if (options.Device == InferenceDevice.Cuda && ExecutionProviders.CudaProblem() is { } cuda)
        {
            yield return $"Classifier__Device is cuda, but {cuda}";
        }

        const long Gibibyte = 1L << 30;
        (string Setting, double Value, double Min, double Max)[] ranges =
        [
            (nameof(options.MaxConcurrency), options.MaxConcurrency, 0, 64),
            (nameof(options.MaxWaiting), options.MaxWaiting, 0, 10_000),
            (nameof(options.MaxBatch), options.MaxBatch, 1, 256),
            (nameof(options.MaxBatchDelayMilliseconds), options.MaxBatchDelayMilliseconds, 0, 1_000),
            (nameof(options.IdleMinutes), options.IdleMinutes, 0, 10_080),
            (nameof(options.MaxImageBytes), options.MaxImageBytes, 1, Gibibyte),
            (nameof(options.MaxPixels), options.MaxPixels, 1, 1_000_000_000),
            (nameof(options.MaxWholePicturePixels), options.MaxWholePicturePixels, 1, 1_000_000_000),
            (nameof(options.MaxSide), options.MaxSide, 1, 65_535),
            (nameof(options.DecodeTimeoutSeconds), options.DecodeTimeoutSeconds, 0.1, 600),
        ];
        foreach (var (setting, value, min, max) in ranges)
        {
            if (!(value >= min && value <= max))
            {
                yield return FormattableString.Invariant($"Classifier__{setting} is {value}; it can be {min} to {max}");
            }
        }
    }

    private static string? ModelProblem(ClassifierOptions options)
    {
        var folder = Path.GetFullPath(options.ModelsPath, AppContext.BaseDirectory);
        if (!Directory.Exists(folder))
        {
            return $"Classifier__ModelsPath is {options.ModelsPath}, but there is no folder {folder}";
        }

        try
        {
            var model = new ModelStore(folder).Open(options.Model);
            return model.HasGraph
                ? null
                : model.Manifest.Source is null
                ? $"Classifier__Model is {options.Model}, whose graph {model.GraphPath} is missing"
                : $"Classifier__Model is {options.Model}, whose weights are not here yet: ./run models pull {options.Model}";
        }
        catch (ClassifierException exception)
        {
            return $"Classifier__Model is {options.Model}: {exception.Message}";
        }
    }
}
