using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Classifier;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Inference;
using Serverless.Testing;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Processing;

namespace Serverless.Benchmarks;

/// <summary>Where the time of one classification goes; ratios are to the bare run of the session.</summary>
public class ClassificationBenchmarks : IDisposable
{
    private readonly byte[] _photograph = File.ReadAllBytes(TestFiles.InRepository("samples", "rocket.jpg"));
    private readonly byte[] _twelveMegapixels = Enlarge(TestFiles.InRepository("samples", "rocket.jpg"), 4000, 3000);
    private ServiceProvider? _services;
    private ImageClassifier _classifier = null!;
    private ImagePreprocessor _preprocessor = null!;
    private SessionLease? _lease;
    private float[] _tensor = [];

    [Params(BenchmarkModels.Vgg16, BenchmarkModels.Default)]
    public string Model { get; set; } = "";

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.None))
            .AddClassifier(options => (options.ModelsPath, options.Model) = (BenchmarkModels.FolderOf(Model), Model))
            .BuildServiceProvider();
        _classifier = _services.GetRequiredService<ImageClassifier>();
        _preprocessor = _services.GetRequiredService<ImagePreprocessor>();
        _lease = await _services.GetRequiredService<SessionCache>().GetAsync(Model, Timeout.InfiniteTimeSpan, CancellationToken.None);
        _tensor = new float[Session.TensorLength];
        Preprocess();
    }

    private ModelSession Session => _lease!.Session;

    [Benchmark(Baseline = true, Description = "Run the session")]
    public float[] Run() => Session.Run(_tensor, CancellationToken.None);

    [Benchmark(Description = "Preprocess, 0.3 megapixels")]
    public ImageFacts Preprocess() =>
        _preprocessor.Preprocess(_photograph, Session.Model.Manifest.Input, Session.Layout, _tensor, CancellationToken.None);

    [Benchmark(Description = "Preprocess, 12 megapixels")]
    public ImageFacts PreprocessLarge() =>
        _preprocessor.Preprocess(_twelveMegapixels, Session.Model.Manifest.Input, Session.Layout, _tensor, CancellationToken.None);

    [Benchmark(Description = "Classify, 0.3 megapixels")]
    public Task<Classification> ClassifyAsync() => _classifier.ClassifyAsync(_photograph, new ClassificationRequest(), CancellationToken.None);

    [Benchmark(Description = "Classify, 12 megapixels")]
    public Task<Classification> ClassifyLargeAsync() => _classifier.ClassifyAsync(_twelveMegapixels, new ClassificationRequest(), CancellationToken.None);

    [GlobalCleanup]
    public void Dispose()
    {
        _lease?.Dispose();
        _services?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static byte[] Enlarge(string path, int width, int height)
    {
        using var picture = Image.Load(path);
        picture.Mutate(change => change.Resize(width, height));
        using var file = new MemoryStream();
        picture.SaveAsJpeg(file);
        return file.ToArray();
    }
}
