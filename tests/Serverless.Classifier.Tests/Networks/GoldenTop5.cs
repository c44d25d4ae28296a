using System.Globalization;

namespace Serverless.Classifier.Tests.Networks;

/// <summary>The five best classes of one picture, as another program gave them.</summary>
internal sealed record GoldenTop5(string Picture, IReadOnlyList<(string Label, float Probability)> Classes)
{
    /// <summary>Reads <c>picture, true class, then index:wnid:name:probability</c>.</summary>
    public static IReadOnlyList<GoldenTop5> ReadColonSeparated(string path) =>
        Read(path, columns => [.. columns[2..].Select(column => column.Split(':')).Select(parts => (parts[2], Number(parts[3])))]);

    /// <summary>Reads <c>picture, SHA-256, then index, wnid, name, probability</c>.</summary>
    public static IReadOnlyList<GoldenTop5> ReadImageNet(string path) =>
        Read(path, columns => [.. columns[2..].Chunk(4).Select(parts => (parts[2], Number(parts[3])))]);

    /// <summary>Reads <c>picture, then label, probability</c>.</summary>
    public static IReadOnlyList<GoldenTop5> ReadLabels(string path) =>
        Read(path, columns => [.. columns[1..].Chunk(2).Select(parts => (parts[0], Number(parts[1])))]);

    /// <summary>Holds an answer against this one: every probability within the tolerance, the order equal except among classes as near as that.</summary>
    public void AssertEqual(Classification answer, float tolerance)
    {
        foreach (var (place, (label, probability)) in Classes.Index())
        {
            var named = answer.Predictions.FirstOrDefault(prediction => prediction.Label == label);
            Assert.True(named is not null || probability <= answer.Predictions[^1].Probability + tolerance, $"{Picture}: {label} ({probability}) is not among the first");
            if (named is null)
            {
                continue;
            }

            Assert.True(Math.Abs(named.Probability - probability) <= tolerance, $"{Picture}: {label} has {named.Probability}, expected {probability}");
            var other = answer.Predictions[place];
            Assert.True(
                other.Label == label || Math.Abs(other.Probability - named.Probability) <= 2 * tolerance,
                $"{Picture}: place {place + 1} is {other.Label} ({other.Probability}), expected {label} ({probability})");
        }
    }

    private static IReadOnlyList<GoldenTop5> Read(string path, Func<string[], IReadOnlyList<(string Label, float Probability)>> classes) =>
        [.. File.ReadLines(path).Skip(1).Select(line => line.Split('\t')).Select(columns => new GoldenTop5(columns[0], classes(columns)))];

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
}
