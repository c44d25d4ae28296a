using Serverless.Classifier.Explanation;
using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Tests.Explanation;

public class ClassActivationTests
{
    private const int Channels = 19;
    private const int Rows = 5;
    private const int Columns = 7;
    private const int Classes = 11;

    private static readonly OutputTensor Map = Random(1, Channels, Rows, Columns);
    private static readonly OutputTensor Weights = Random(2, Channels, Classes);

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(Classes - 1)]
    public void TheMapIsThatOfTheFormula(int index)
    {
        var map = ClassActivation.Map(Map, Weights, Classes, index);

        Assert.Equal(Naive(Map, Weights, index), map.Select(value => (double)value), (expected, actual) => Math.Abs(expected - actual) < 1e-5);
    }

    [Fact]
    public void WeightsInTheOrderOfOnnxsGemmGiveTheSameMap()
    {
        var transposed = new OutputTensor([Classes, Channels], new float[Classes * Channels]);
        for (var channel = 0; channel < Channels; channel++)
        {
            for (var index = 0; index < Classes; index++)
            {
                transposed.Values[(index * Channels) + channel] = Weights.Values[(channel * Classes) + index];
            }
        }

        Assert.Equal(ClassActivation.Map(Map, Weights, Classes, 3), ClassActivation.Map(Map, transposed, Classes, 3));
    }

    [Fact]
    public void WithoutWeightsAChannelIsTheMapOfItsClass()
    {
        var map = ClassActivation.Map(Map, null, Channels, 2);

        Assert.Equal(Map.Values[(2 * Rows * Columns)..(3 * Rows * Columns)], map);
    }

    [Fact]
    public void AMapWhoseAveragesBecomeTheProbabilitiesIsOneOfScores()
    {
        double[] scores = [.. Enumerable.Range(0, Channels).Select(channel => Map.Values.Skip(channel * Rows * Columns).Take(Rows * Columns).Average(value => (double)value))];
        var sum = scores.Sum(Math.Exp);

        Assert.True(ClassActivation.IsOfScores(Map, [.. scores.Select(score => (float)(Math.Exp(score) / sum))]));
    }

    [Fact]
    public void AMapOfOtherThingsIsNoneOfScoresThoughItHasAsManyChannels()
    {
        var uniform = Enumerable.Repeat(1f / Channels, Channels).ToArray();
        uniform[0] = 0.5f;

        Assert.False(ClassActivation.IsOfScores(Map, uniform));
    }

    [Fact]
    public void AMapWithAnotherNumberOfChannelsIsNoneOfScores() => Assert.False(ClassActivation.IsOfScores(Map, new float[Classes]));

    private static IEnumerable<double> Naive(OutputTensor map, OutputTensor weights, int index)
    {
        for (var y = 0; y < Rows; y++)
        {
            for (var x = 0; x < Columns; x++)
            {
                var sum = 0.0;
                for (var channel = 0; channel < Channels; channel++)
                {
                    sum += (double)weights.Values[(channel * Classes) + index] * map.Values[(((channel * Rows) + y) * Columns) + x];
                }

                yield return sum;
            }
        }
    }

    private static OutputTensor Random(int seed, params int[] shape)
    {
        var random = new Random(seed);
        return new(shape, [.. Enumerable.Range(0, shape.Aggregate(1, (product, length) => product * length)).Select(_ => (random.NextSingle() * 2) - 1)]);
    }
}
