using System.Buffers;
using System.Diagnostics;
using Serverless.Classifier.Errors;
using Serverless.Classifier.Imaging;
using Serverless.Classifier.Imaging.Resampling;
using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;
using Serverless.Classifier.Ranking;

namespace Serverless.Classifier.Explanation;

/// <summary>Explains one answer of one model: what it needs of the run that classifies, and what it does afterwards.</summary>
internal sealed class Explainer
{
    private readonly ExplanationMethod? _method;
    private readonly int? _class;
    private readonly string? _map;

    /// <summary>Looks at what was asked before any work is done for it.</summary>
    /// <exception cref="ClassifierException"><c>not_offered</c> or <c>unknown_class</c>.</exception>
    public Explainer(ModelFolder model, ExplanationRequest request)
    {
        _method = request.Method;
        _class = request.Class is { Length: > 0 } wanted ? ClassChoice.Find(model.Labels, wanted) : null;
        _map = _method == ExplanationMethod.Occlusion ? null : model.Manifest.Features?.Map;
        if (_method == ExplanationMethod.Cam && _map is null)
        {
            throw NotOffered(model);
        }
    }

    /// <summary>The tensors that the explanation needs of the run that classifies.</summary>
    public IReadOnlyList<string> Features => _map is null ? [] : [_map];

    /// <summary>Explains the answer.</summary>
    /// <param name="session">The model's session.</param>
    /// <param name="scheduler">Covered pictures wait for their turn like the pictures of somebody else.</param>
    /// <param name="picture">The run that classified the picture, without further tensors.</param>
    /// <param name="image">What is known of the picture.</param>
    /// <param name="run">What the run gave, the classes made probabilities.</param>
    /// <param name="cancellation">Ends the work when nobody waits for it any more.</param>
    /// <exception cref="ClassifierException"><c>not_offered</c>: an activation map of this network would not be exact.</exception>
    public async Task<ClassExplanation> ExplainAsync(
        ModelSession session, RunScheduler scheduler, RunRequest picture, ImageFacts image, NetworkAnswer run, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var probabilities = run.Classes;
        var index = _class ?? TopK.Indices(probabilities, 1)[0];
        var seen = SeenArea.Of(ResizeWindow.For(session.Model.Manifest.Input, image.Width, image.Height));
        var classWeights = _map is null ? null : session.ClassWeights;
        var (method, heat, runs) = run.Features is [{ } map] && (classWeights is not null || ClassActivation.IsOfScores(map, probabilities))
            ? (ExplanationMethod.Cam, new HeatMap(map.Shape[2], map.Shape[1], ClassActivation.Map(map, classWeights, probabilities.Length, index), seen), 1)
            : _method == ExplanationMethod.Cam
                ? throw NotOffered(session.Model)
                : (ExplanationMethod.Occlusion, await OccludeAsync(session, scheduler, picture, probabilities, index, seen, cancellation), 1 + (OcclusionGrid.Places * OcclusionGrid.Places));
        var label = session.Model.Labels[index];
        return new(
            method, new(TopK.RankOf(probabilities, index), index, label.ClassId, label.Name, probabilities[index]), heat, runs, Stopwatch.GetElapsedTime(start));
    }

    private static async Task<HeatMap> OccludeAsync(
        ModelSession session, RunScheduler scheduler, RunRequest picture, float[] probabilities, int index, SeenArea seen, CancellationToken cancellation)
    {
        var tensor = picture.Tensor;
        var input = session.Model.Manifest.Input;
        var grid = new OcclusionGrid(tensor.Span, session.Layout, input.Width, input.Height);
        var covered = new float[OcclusionGrid.Places * OcclusionGrid.Places];
        var copies = ArrayPool<float>.Shared.Rent(OcclusionGrid.Places * tensor.Length);
        try
        {
            for (var row = 0; row < OcclusionGrid.Places; row++)
            {
                var covering = copies.AsMemory(0, OcclusionGrid.Places * tensor.Length);
                grid.Cover(row, covering.Span);
                // All are waited for even when one fails: the others may still be read.
                var answers = await Task.WhenAll(Enumerable.Range(0, OcclusionGrid.Places).Select(column => scheduler.RunAsync(
                    picture with { Tensor = covering.Slice(column * tensor.Length, tensor.Length), IsCovered = true }, cancellation)));
                for (var column = 0; column < OcclusionGrid.Places; column++)
                {
                    covered[(row * OcclusionGrid.Places) + column] = Probability(answers[column].Answer.Classes);
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(copies);
        }

        return new(OcclusionGrid.Cells, OcclusionGrid.Cells, OcclusionGrid.Heat(probabilities[index], covered), seen);

        float Probability(Span<float> classes)
        {
            if (session.Model.Manifest.Output.Kind == OutputKind.Scores)
            {
                TopK.Softmax(classes);
            }

            return classes[index];
        }
    }

    private static ClassifierException NotOffered(ModelFolder model) => new(
        ErrorKind.NotOffered,
        $"The model {model.Manifest.Name} offers no class activation map: its manifest names none, or it does not end in global average pooling. Ask for occlusion.");
}
