using System.Buffers;
using System.Diagnostics;
using Microsoft.Extensions.Options;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Explanation;
using Serverless.Classifier.Features;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Imaging.Decoding;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;
using Serverless.Classifier.Ranking;
using Serverless.Classifier.Telemetry;

namespace Serverless.Classifier;

/// <summary>Image bytes in, ranked labels out: the one public door.</summary>
public sealed class ImageClassifier
{
    private readonly ModelStore _store;
    private readonly SessionCache _sessions;
    private readonly Admission _admission;
    private readonly RunScheduler _scheduler;
    private readonly ImagePreprocessor _preprocessor;
    private readonly string _defaultModel;

    internal ImageClassifier(
        ModelStore store, SessionCache sessions, Admission admission, RunScheduler scheduler, ImagePreprocessor preprocessor, IOptions<ClassifierOptions> options) =>
        (_store, _sessions, _admission, _scheduler, _preprocessor, _defaultModel) = (store, sessions, admission, scheduler, preprocessor, options.Value.Model);

    /// <summary>Classifies one image.</summary>
    /// <remarks>
    /// 1. Take a place: a bounded number is in work or waits. 2. Look at the header before any work. 3. Wait for the model's session.
    /// 4. Decode, resize and normalise into the tensor. 5. Run the network. 6. Rank. 7. Explain, where that was asked for.
    /// </remarks>
    /// <param name="image">The encoded image (JPEG, PNG, GIF, WebP, TIFF or BMP), told from its first bytes.</param>
    /// <param name="request">Which model and how many predictions.</param>
    /// <param name="cancellation">Ends the work when nobody waits for it any more.</param>
    /// <exception cref="ClassifierException">The image or the request is refused, or cannot be served now; the kind says why.</exception>
    public Task<Classification> ClassifyAsync(ReadOnlyMemory<byte> image, ClassificationRequest request, CancellationToken cancellation) =>
        ClassifierTelemetry.ObserveAsync("classify", request.Model ?? _defaultModel, () => AnswerAsync(image, request, cancellation));

    private async Task<Classification> AnswerAsync(ReadOnlyMemory<byte> image, ClassificationRequest request, CancellationToken cancellation)
    {
        CheckTop(request.Top);
        return await UseSessionAsync(image, request.Model, request.LoadPatience, async (session, place) => // 1 to 3
        {
            var explainer = request.Explain is { } wanted ? new Explainer(session.Model, wanted) : null;
            return await UseTensorAsync(image, session, explainer?.Features ?? [], place, async (run, tensor, facts, timing) => // 4 and 5
            {
                var predictions = Rank(run.Classes, session.Model, request.Top); // 6
                var explanation = explainer is null
                    ? null
                    : await explainer.ExplainAsync(session, _scheduler, new(session, tensor, [], place), facts, run, cancellation); // 7
                ClassifierTelemetry.Classified(session.Identity.Name, session.Device);
                return new Classification(facts, session.Identity, predictions, timing, explanation);
            }, cancellation);
        }, cancellation);
    }

    /// <summary>What a network sees of one image before it decides: its features, as of a Keras model without its top.</summary>
    /// <param name="image">The encoded image (JPEG, PNG, GIF, WebP, TIFF or BMP), told from its first bytes.</param>
    /// <param name="request">Which model and which features.</param>
    /// <param name="cancellation">Ends the work when nobody waits for it any more.</param>
    /// <exception cref="ClassifierException">
    /// The image or the request is refused (<c>not_offered</c> where the model's manifest names no features), or cannot be served now.
    /// </exception>
    public Task<ImageFeatures> ExtractFeaturesAsync(ReadOnlyMemory<byte> image, FeatureRequest request, CancellationToken cancellation) =>
        ClassifierTelemetry.ObserveAsync("extract features", request.Model ?? _defaultModel, () => UseSessionAsync(image, request.Model, request.LoadPatience, (session, place) =>
        {
            var extractor = new FeatureExtractor(session.Model, request);
            return UseTensorAsync(image, session, [extractor.Tensor], place, (run, _, facts, timing) =>
            {
                var (shape, values) = extractor.Extract(run.Features[0]);
                return Task.FromResult(new ImageFeatures(facts, session.Identity, shape, values, timing));
            }, cancellation);
        }, cancellation));

    /// <summary>Every model of the models folder, the default one first.</summary>
    public IReadOnlyList<ModelSummary> Models =>
        [.. _store.Names.Select(Summarise).OrderByDescending(model => model.IsDefault).ThenBy(model => model.Name, StringComparer.Ordinal)];

    /// <summary>Whether the default model is loaded and warmed up.</summary>
    /// <param name="reason">Why not; null when it is.</param>
    public bool IsReady(out string? reason)
    {
        var (state, problem) = _sessions.StateOf(_defaultModel);
        reason = state switch
        {
            ModelState.Loaded => null,
            ModelState.Failed => $"the model {_defaultModel} could not be loaded: {problem}",
            _ => $"the model {_defaultModel} is loading",
        };
        return state == ModelState.Loaded;
    }

    /// <summary>
    /// Goes once through what comes before and after the network, with a picture of its own, and counts it nowhere: so the first caller waits neither for libvips
    /// to be loaded nor for code to be compiled.
    /// </summary>
    public void Rehearse()
    {
        try
        {
            var model = _store.Open(_defaultModel);
            var input = model.Manifest.Input;
            var picture = LibVips.MakeJpeg(input.Width, input.Height);
            _preprocessor.Inspect(picture);
            _preprocessor.Preprocess(picture, input, input.Layout ?? TensorLayout.Nchw, new float[3 * input.Width * input.Height], CancellationToken.None);
            Rank(new float[model.Labels.Count], model, new ClassificationRequest().Top);
        }
        catch (ClassifierException)
        {
            // Whoever asks for the model hears what is wrong with it.
        }
    }

    private static void CheckTop(int top)
    {
        if (top is < ClassificationRequest.MinTop or > ClassificationRequest.MaxTop)
        {
            throw new ClassifierException(
                ErrorKind.InvalidTop, $"top is {top}; it can be {ClassificationRequest.MinTop} to {ClassificationRequest.MaxTop}.");
        }
    }

    private static (T Result, TimeSpan Elapsed) Timed<T>(string span, Func<T> work)
    {
        using var activity = ClassifierTelemetry.Source.StartActivity(span);
        var start = Stopwatch.GetTimestamp();
        return (work(), Stopwatch.GetElapsedTime(start));
    }

    private static Prediction[] Rank(float[] classes, ModelFolder model, int top)
    {
        if (model.Manifest.Output.Kind == OutputKind.Scores)
        {
            TopK.Softmax(classes);
        }

        if (Array.Exists(classes, value => !float.IsFinite(value)))
        {
            throw new ClassifierException(
                ErrorKind.InvalidModel, $"The model {model.Manifest.Name} answered with something that is not a number; its weights or its manifest are wrong.");
        }

        return [.. TopK.Indices(classes, top).Select((index, place) =>
            new Prediction(place + 1, index, model.Labels[index].ClassId, model.Labels[index].Name, classes[index]))];
    }

    /// <summary>Steps 1 to 3; place and session are held for as long as the work takes.</summary>
    private async Task<T> UseSessionAsync<T>(
        ReadOnlyMemory<byte> image, string? model, TimeSpan patience, Func<ModelSession, Place, Task<T>> work, CancellationToken cancellation)
    {
        using var place = _admission.Enter();
        _preprocessor.Inspect(image);
        using var lease = await LeaseAsync(model ?? _defaultModel, patience, cancellation);
        return await work(lease.Session, place);
    }

    /// <summary>Steps 4 and 5; the tensor is the work's for as long as it takes.</summary>
    private async Task<T> UseTensorAsync<T>(
        ReadOnlyMemory<byte> image,
        ModelSession session,
        IReadOnlyList<string> features,
        Place place,
        Func<NetworkAnswer, ReadOnlyMemory<float>, ImageFacts, ClassificationTiming, Task<T>> work,
        CancellationToken cancellation)
    {
        var rented = ArrayPool<float>.Shared.Rent(session.TensorLength);
        try
        {
            var tensor = rented.AsMemory(0, session.TensorLength);
            ImageFacts facts;
            TimeSpan decode;
            Task<RunResult> running;
            using (_scheduler.Expect(session, features))
            {
                (facts, decode) = await _admission.DecodeAsync(place, () => Timed(
                    "decode", () => _preprocessor.Preprocess(image, session.Model.Manifest.Input, session.Layout, tensor.Span, cancellation)), cancellation);
                ClassifierTelemetry.Decoded(facts.Format, decode);
                running = _scheduler.RunAsync(new(session, tensor, features, place), cancellation);
            }

            var run = await running;
            return await work(run.Answer, tensor, facts, new(decode, run.Elapsed));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private async Task<SessionLease> LeaseAsync(string name, TimeSpan patience, CancellationToken cancellation)
    {
        if (_sessions.StateOf(name).State is not (ModelState.Loaded or ModelState.Loading) && !_store.Open(name).HasGraph)
        {
            throw new ClassifierException(
                ErrorKind.UnknownModel, $"The model {name} is described here, but its weights are not: ./run models pull {name}");
        }

        return await _sessions.GetAsync(name, patience, cancellation);
    }

    private ModelSummary Summarise(string name)
    {
        var isDefault = name == _defaultModel;
        try
        {
            var model = _store.Open(name);
            var (state, problem) = _sessions.StateOf(name);
            state = state == ModelState.Available && !model.HasGraph ? ModelState.Absent : state;
            return new ModelSummary(name, model.Manifest, model.Labels.Count, isDefault, state, problem);
        }
        catch (ClassifierException exception)
        {
            return new ModelSummary(name, null, 0, isDefault, ModelState.Failed, exception.Message);
        }
    }
}
