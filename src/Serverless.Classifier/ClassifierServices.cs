using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;

namespace Serverless.Classifier;

/// <summary>Registers the classifier.</summary>
public static class ClassifierServices
{
    /// <summary>
    /// Adds <see cref="ImageClassifier"/>, its options (the configuration section <c>Classifier</c>, validated at start) and the hosted service that loads and
    /// warms up the default model in the background.
    /// </summary>
    public static IServiceCollection AddClassifier(this IServiceCollection services)
    {
        services.AddOptions<ClassifierOptions>().BindConfiguration(ClassifierOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true);
        return services.AddImaging().AddModels().AddInference();
    }

    /// <summary>The same with a default model whose load has begun already.</summary>
    public static IServiceCollection AddClassifier(this IServiceCollection services, EarlyModel? model)
    {
        if (model is not null)
        {
            services.AddSingleton(model);
        }

        return services.AddClassifier();
    }

    /// <summary>The same with options from code instead of configuration.</summary>
    public static IServiceCollection AddClassifier(this IServiceCollection services, Action<ClassifierOptions> configure)
    {
        services.Configure(configure);
        return services.AddImaging().AddModels().AddInference();
    }

    private static IServiceCollection AddImaging(this IServiceCollection services) =>
        services.AddSingleton(provider => new ImagePreprocessor(provider.GetRequiredService<IOptions<ClassifierOptions>>().Value.Limits));

    private static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ClassifierOptions, ClassifierOptionsValidation>();
        return services.AddSingleton<ModelStore>();
    }

    private static IServiceCollection AddInference(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<SessionCache>()
            .AddSingleton(provider =>
            {
                var options = provider.GetRequiredService<IOptions<ClassifierOptions>>().Value;
                return new Admission(Math.Max(1, options.MaxConcurrency) + options.MaxWaiting);
            })
            .AddSingleton(provider =>
            {
                var options = provider.GetRequiredService<IOptions<ClassifierOptions>>().Value;
                var runs = options.MaxConcurrency > 0 ? options.MaxConcurrency : Environment.ProcessorCount;
                var policy = new RunPolicy(runs, options.MaxBatch, TimeSpan.FromMilliseconds(options.MaxBatchDelayMilliseconds));
                return new RunScheduler(policy, provider.GetRequiredService<TimeProvider>());
            })
            .AddSingleton(provider => new ImageClassifier(
                provider.GetRequiredService<ModelStore>(),
                provider.GetRequiredService<SessionCache>(),
                provider.GetRequiredService<Admission>(),
                provider.GetRequiredService<RunScheduler>(),
                provider.GetRequiredService<ImagePreprocessor>(),
                provider.GetRequiredService<IOptions<ClassifierOptions>>()))
            .AddHostedService<DefaultModelLoader>();
    }
}
