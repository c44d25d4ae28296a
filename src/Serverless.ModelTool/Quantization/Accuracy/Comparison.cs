using Serverless.Classifier.Models;
using Serverless.Classifier.Ranking;

namespace Serverless.ModelTool.Quantization.Accuracy;

/// <summary>An int8 model's answers beside those of the float32 model that it was made of.</summary>
/// <param name="Pictures">How many pictures both answered.</param>
/// <param name="Agreement">Share of the pictures with the same first answer, 0..1.</param>
/// <param name="TopFiveOverlap">Share of float32's first five (or of all, where there are fewer) that are among int8's, 0..1.</param>
/// <param name="Divergence">Mean Kullback-Leibler divergence of int8's probabilities from float32's, in nats.</param>
/// <param name="ExpectedLoss">
/// Share of right first answers that are lost if float32's probabilities are right: where the answers differ, its probability of its own less that of int8's, 0..1.
/// </param>
/// <param name="Labelled">What is known where every picture's path names its class; null else.</param>
internal sealed record Comparison(int Pictures, double Agreement, double TopFiveOverlap, double Divergence, double ExpectedLoss, LabelledComparison? Labelled)
{
    private const int Top = 5;

    /// <summary>Points of top-1 that are lost, 100 being all: measured with labels, else expected.</summary>
    public double LossInPoints => 100 * (Labelled is { } labelled ? labelled.FloatTop1 - labelled.Int8Top1 : ExpectedLoss);

    /// <summary>Compares.</summary>
    public static Comparison Of(Answers float32, Answers int8, IReadOnlyList<Label> labels)
    {
        var names = new PictureLabels(labels);
        var answered = float32.Files.Select((file, index) => (Label: names.Of(file), Float: float32.Probabilities[index], Int8: int8.Probabilities[index]))
            .Where(picture => picture is { Float: not null, Int8: not null }).ToList();
        double Share(Func<(int? Label, float[] Float, float[] Int8), double> of) => answered.Count == 0 ? 0 : answered.Average(picture => of(picture!));

        return new(
            answered.Count,
            Share(picture => First(picture.Float) == First(picture.Int8) ? 1 : 0),
            Share(picture => Overlap(picture.Float, picture.Int8)),
            Share(picture => KullbackLeibler(picture.Float, picture.Int8)),
            Share(picture => picture.Float[First(picture.Float)] - picture.Float[First(picture.Int8)]),
            answered.Count == 0 || answered.Exists(picture => picture.Label is null) ? null : new(
                Share(picture => IsIn(picture.Float, picture.Label, 1)),
                Share(picture => IsIn(picture.Int8, picture.Label, 1)),
                Share(picture => IsIn(picture.Float, picture.Label, Top)),
                Share(picture => IsIn(picture.Int8, picture.Label, Top))));
    }

    private static int First(float[] probabilities) => TopK.Indices(probabilities, 1)[0];

    private static double IsIn(float[] probabilities, int? label, int top) => TopK.Indices(probabilities, top).Contains(label!.Value) ? 1 : 0;

    private static double Overlap(float[] float32, float[] int8)
    {
        var best = TopK.Indices(float32, Top);
        return (double)best.Intersect(TopK.Indices(int8, Top)).Count() / best.Length;
    }

    private static double KullbackLeibler(float[] float32, float[] int8)
    {
        const double Least = 1e-9;
        var sum = 0.0;
        for (var index = 0; index < float32.Length; index++)
        {
            var probability = Math.Max(float32[index], Least);
            sum += probability * Math.Log(probability / Math.Max(int8[index], Least));
        }

        return sum;
    }
}

/// <summary>Shares of pictures, 0..1, whose class is the first answer or among the first five.</summary>
internal sealed record LabelledComparison(double FloatTop1, double Int8Top1, double FloatTop5, double Int8Top5);
