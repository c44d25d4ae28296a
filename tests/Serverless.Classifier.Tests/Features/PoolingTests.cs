using Serverless.Classifier.Features;
using Serverless.Classifier.Inference;

namespace Serverless.Classifier.Tests.Features;

public class PoolingTests
{
    private const int Channels = 13;
    private const int Rows = 3;
    private const int Columns = 5;

    private static readonly OutputTensor Map = Random();

    [Fact]
    public void TheAverageIsThatOfEachChannel() =>
        Assert.Equal(Each(channel => channel.Average()), Pooling.Average(Map).Select(value => (double)value), (expected, actual) => Math.Abs(expected - actual) < 1e-6);

    [Fact]
    public void TheMaximumIsThatOfEachChannel() => Assert.Equal(Each(channel => channel.Max()), Pooling.Max(Map).Select(value => (double)value));

    [Fact]
    public void AMapIsGivenInKerassOrder()
    {
        var last = Pooling.ChannelsLast(Map);

        for (var index = 0; index < last.Length; index++)
        {
            var (y, x, channel) = (index / (Columns * Channels), index / Channels % Columns, index % Channels);
            Assert.Equal(Map.Values[(((channel * Rows) + y) * Columns) + x], last[index]);
        }
    }

    [Fact]
    public void ANormalisedVectorHasLengthOneAndItsDirection()
    {
        float[] vector = [3, 0, -4];

        Pooling.Normalize(vector);

        Assert.Equal([0.6f, 0, -0.8f], vector);
    }

    [Fact]
    public void AVectorOfZerosStays()
    {
        var vector = new float[4];

        Pooling.Normalize(vector);

        Assert.Equal([0, 0, 0, 0], vector);
    }

    private static IEnumerable<double> Each(Func<IEnumerable<double>, double> pool) =>
        Enumerable.Range(0, Channels).Select(channel => pool(Map.Values.Skip(channel * Rows * Columns).Take(Rows * Columns).Select(value => (double)value)));

    private static OutputTensor Random()
    {
        var random = new Random(3);
        return new([Channels, Rows, Columns], [.. Enumerable.Range(0, Channels * Rows * Columns).Select(_ => random.NextSingle() - 0.5f)]);
    }
}
