using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Classifier;
using Serverless.Classifier.Errors;
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
    public async IAsyncEnumerable<Answer> ClassifyAsync(IEnumerable<string> files, int top, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // A few at a time, so that the next are decoded while one is in the network.
        Queue<Task<Answer>> started = [];
        foreach (var file in files)
        {
            started.Enqueue(Task.Run(() => ClassifyAsync(file, top, cancellation), cancellation));
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

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<Answer> ClassifyAsync(string file, int top, CancellationToken cancellation)
    {
        try
        {
            var image = await ImageFiles.ReadAsync(file, _maxBytes, cancellation);
            return new(file, await _classifier.ClassifyAsync(image, new ClassificationRequest { Top = top }, cancellation), null);
        }
        catch (ModelToolException exception)
        {
            return new(file, null, new("file_unreadable", exception.Message));
        }
        catch (ClassifierException exception) when (exception.Kind.HttpStatus is >= 400 and < 500
            && exception.Kind != ErrorKind.UnknownModel && exception.Kind != ErrorKind.InvalidTop)
        {
            return new(file, null, new(exception.Kind.Code, exception.Message));
        }
    }
}
