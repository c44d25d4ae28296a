using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Classifier;

namespace Serverless.Benchmarks.Loops;

/// <summary>The classifier, without functions, storage and HTTP.</summary>
internal sealed class ClassifierLoop(string modelsFolder, string model) : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging(logging => logging.SetMinimumLevel(LogLevel.None))
        .AddClassifier(options => (options.ModelsPath, options.Model) = (modelsFolder, model))
        .BuildServiceProvider();

    /// <summary>Classifies an encoded picture; the milliseconds, and the best names.</summary>
    public async Task<(double Ms, Classification Answer)> ClassifyAsync(byte[] picture)
    {
        var start = Stopwatch.GetTimestamp();
        var answer = await _services.GetRequiredService<ImageClassifier>().ClassifyAsync(picture, new ClassificationRequest(), CancellationToken.None);
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, answer);
    }

    public void Dispose() => _services.Dispose();
}
