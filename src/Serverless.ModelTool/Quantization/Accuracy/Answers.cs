using Serverless.Classifier.Inference;
using Serverless.Classifier.Models;
using Serverless.Classifier.Ranking;

namespace Serverless.ModelTool.Quantization.Accuracy;

/// <summary>A model's probabilities for pictures.</summary>
/// <param name="Files">The pictures.</param>
/// <param name="Probabilities">For each a number a class; null where the picture could not be read.</param>
internal sealed record Answers(IReadOnlyList<string> Files, IReadOnlyList<float[]?> Probabilities)
{
    /// <summary>How many pictures were answered.</summary>
    public int Count => Probabilities.Count(answer => answer is not null);

    /// <summary>Asks a model.</summary>
    public static async Task<Answers> OfAsync(ModelSession session, Pictures pictures, Action<long, long?> progress, CancellationToken cancellation)
    {
        List<float[]?> answers = [];
        await foreach (var tensor in pictures.TensorsAsync(session, cancellation))
        {
            answers.Add(tensor is null ? null : Probability(session.Run(tensor, cancellation), session.Model.Manifest.Output.Kind));
            progress(answers.Count, pictures.Files.Count);
        }

        return new(pictures.Files, answers);
    }

    private static float[] Probability(float[] classes, OutputKind kind)
    {
        if (kind == OutputKind.Scores)
        {
            TopK.Softmax(classes);
        }

        return classes;
    }
}
