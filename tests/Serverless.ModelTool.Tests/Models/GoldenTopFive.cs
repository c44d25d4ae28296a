using System.Globalization;
using Serverless.ModelTool.Classification;

namespace Serverless.ModelTool.Tests.Models;

/// <summary>What another program answered for one picture with the same weights.</summary>
/// <param name="Picture">Its file.</param>
/// <param name="Labels">The five best names, best first.</param>
/// <param name="Probabilities">Theirs.</param>
internal sealed record GoldenTopFive(string Picture, string[] Labels, float[] Probabilities)
{
    /// <summary>Reads a table with a line a picture.</summary>
    public static GoldenTopFive[] Read(string path)
    {
        var rows = File.ReadAllLines(path).Select(line => line.Split('\t')).ToArray();
        int Column(string name) => Array.IndexOf(rows[0], name);
        var (labels, probabilities) = (Column("name1") >= 0 ? "name" : "label", "probability");
        return [.. rows.Skip(1).Select(row => new GoldenTopFive(
            row[0],
            [.. Enumerable.Range(1, 5).Select(rank => row[Column($"{labels}{rank}")])],
            [.. Enumerable.Range(1, 5).Select(rank => float.Parse(row[Column($"{probabilities}{rank}")], CultureInfo.InvariantCulture))]))];
    }

    /// <summary>Holds an answer of ours against it.</summary>
    public void AssertEqual(Answer<Classifier.Classification> answer)
    {
        var predictions = answer.Result!.Predictions;
        Assert.Equal(Labels, predictions.Select(prediction => prediction.Label));
        Assert.All(Probabilities.Zip(predictions), pair => Assert.Equal(pair.First, pair.Second.Probability, tolerance: 1e-4f));
    }
}
