using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Tests;

/// <summary>The real classifier, put together as a program does.</summary>
internal sealed class ClassifierHost : IDisposable
{
    private readonly ServiceProvider _services;

    public ClassifierHost(string modelsPath, string model, Action<ClassifierOptions>? configure = null, TimeProvider? time = null, EarlyModel? early = null)
    {
        var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        if (early is not null)
        {
            services.AddSingleton(early);
        }

        _services = services
            .AddClassifier(options =>
            {
                (options.ModelsPath, options.Model) = (modelsPath, model);
                configure?.Invoke(options);
            })
            .BuildServiceProvider();
    }

    public ImageClassifier Classifier => Get<ImageClassifier>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public void Dispose() => _services.Dispose();
}
