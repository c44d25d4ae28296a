using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Classifier;

/// <summary>Registers the classifier.</summary>
public static class ClassifierServices
{
    /// <summary>
    /// Adds <see cref="ImageClassifier"/>, its options (bound to the section <c>Classifier</c> and validated at start) and the hosted service that
    /// loads and warms up the default model in the background.
    /// </summary>
    public static IServiceCollection AddClassifier(this IServiceCollection services) => services.AddSingleton<ImageClassifier>();
}
