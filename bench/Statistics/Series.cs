namespace Serverless.Benchmarks.Statistics;

/// <summary>
/// What one contestant took, round by round. Two contestants are compared within a round, where the machine was the same to both: their ratio is the median of the
/// rounds' ratios, and its spread is that of the rounds.
/// </summary>
/// <param name="rounds">The values of each round; every round has some.</param>
internal sealed class Series(IReadOnlyList<IReadOnlyList<double>> rounds)
{
    private readonly double[] _medians = [.. rounds.Select(round => Figure.Of(round).Median)];

    /// <summary>Over all values of all rounds.</summary>
    public Figure All { get; } = Figure.Of(rounds.SelectMany(round => round));

    /// <summary>How many times the other one's; 1 is the same.</summary>
    public Figure Over(Series other) => Compare(other, (mine, others) => mine / others);

    /// <summary>How much more than the other one's, in the unit of both.</summary>
    public Figure Beyond(Series other) => Compare(other, (mine, others) => mine - others);

    private Figure Compare(Series other, Func<double, double, double> compare)
    {
        if (other._medians.Length != _medians.Length)
        {
            throw new ArgumentException($"{_medians.Length} rounds cannot be compared with {other._medians.Length}.", nameof(other));
        }

        return Figure.Of(_medians.Zip(other._medians, compare));
    }
}
