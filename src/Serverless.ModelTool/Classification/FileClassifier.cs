using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Explanation;
using Serverless.Classifier.Features;
using Serverless.ModelTool.Catalogue;

namespace Serverless.ModelTool.Classification;

/// <summary>Files in, answers out in the same order: the classifier of the function app, without the app.</summary>
internal sealed class FileClassifier : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ImageClassifier _classifier;
    private readonly long _maxBytes;

    public FileClassifier(ModelsFolder models, string model)
    {
        _services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace))
            .AddClassifier(options => (options.ModelsPath, options.Model) = (models.Root, model))
            .BuildServiceProvider();
        _classifier = _services.GetRequiredService<ImageClassifier>();
        _maxBytes = new ClassifierOptions().MaxImageBytes;
    }

    /// <summary>Classifies every file; one that is refused does not stop the rest.</summary>
    /// <param name="files">Paths.</param>
    /// <param name="top">Predictions for each.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="ClassifierException">The model itself cannot be used.</exception>
    public IAsyncEnumerable<Answer<Classifier.Classification>> ClassifyAsync(IEnumerable<string> files, int top, CancellationToken cancellation) =>
        EachAsync(files, image => _classifier.ClassifyAsync(image, new ClassificationRequest { Top = top }, cancellation), cancellation);

    /// <summary>Extracts the features of every file; one that is refused does not stop the rest.</summary>
    /// <exception cref="ClassifierException">The model itself cannot be used.</exception>
    public IAsyncEnumerable<Answer<ImageFeatures>> ExtractFeaturesAsync(IEnumerable<string> files, FeatureRequest request, CancellationToken cancellation) =>
        EachAsync(files, image => _classifier.ExtractFeaturesAsync(image, request, cancellation), cancellation);

    /// <summary>Classifies an image that was read already, and explains the answer.</summary>
    /// <exception cref="ClassifierException">The image or the request is refused, or the model cannot be used.</exception>
    public Task<Classifier.Classification> ExplainAsync(byte[] image, ExplanationRequest request, CancellationToken cancellation) =>
        _classifier.ClassifyAsync(image, new ClassificationRequest { Explain = request }, cancellation);

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async IAsyncEnumerable<Answer<T>> EachAsync<T>(
        IEnumerable<string> files, Func<byte[], Task<T>> work, [EnumeratorCancellation] CancellationToken cancellation)
        where T : class
    {
        // A few at a time, so that the next are decoded while one is in the network.
        Queue<Task<Answer<T>>> started = [];
        foreach (var file in files)
        {
            started.Enqueue(Task.Run(() => OneAsync(file, work, cancellation), cancellation));
            if (started.Count > Environment.ProcessorCount)
            {
                yield return await started.Dequeue();
            }
        }

        while (started.TryDequeue(out var answer))
        {
            yield return await answer;
        }
    }

    private async Task<Answer<T>> OneAsync<T>(string file, Func<byte[], Task<T>> work, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return new(file, await work(await ImageFiles.ReadAsync(file, _maxBytes, cancellation)), null);
        }
        catch (ModelToolException exception)
        {
            return new(file, null, new("file_unreadable", exception.Message));
        }
        catch (ClassifierException exception) when (exception.Kind.HttpStatus is >= 400 and < 500 && !exception.Kind.IsAboutTheRequest)
        {
            return new(file, null, new(exception.Kind.Code, exception.Message));
        }
    }
}
