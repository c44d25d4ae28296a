using Serverless.Classifier.Ranking;

namespace Serverless.Classifier.Tests.Ranking;

public class TopKTests
{
    [Fact]
    public void TheHighestComesFirst() => Assert.Equal([2, 0, 1], TopK.Indices([0.3f, 0.1f, 0.6f], 3));

    [Fact]
    public void OfEqualValuesTheHigherIndexComesFirstAsInNumPy() => Assert.Equal([4, 3, 1], TopK.Indices([0.1f, 0.2f, 0.1f, 0.2f, 0.2f], 3));

    [Fact]
    public void AModelWithFewerClassesGivesAllItHas() => Assert.Equal([1, 0], TopK.Indices([0.1f, 0.9f], 100));

    [Fact]
    public void SelectionAgreesWithSortingEverything()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            // Few distinct values, so that ties are common.
            var values = Enumerable.Range(0, random.Next(1, 200)).Select(_ => random.Next(20) / 20f).ToArray();
            var k = random.Next(1, 101);
            Assert.Equal(BySorting(values, k), TopK.Indices(values, k));
        }
    }

    [Fact]
    public void SoftmaxAgreesWithTheFormulaInDouble()
    {
        float[] scores = [-3.5f, 0, 12.25f, 80, 79.5f, -200];
        var exponentials = scores.Select(score => Math.Exp((double)score - 80)).ToArray();
        var expected = exponentials.Select(value => (float)(value / exponentials.Sum())).ToArray();

        TopK.Softmax(scores);

        Assert.All(scores.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-7f));
        Assert.Equal(1, scores.Sum(), 1e-6f);
    }

    private static int[] BySorting(float[] values, int k) =>
        [.. Enumerable.Range(0, values.Length).OrderByDescending(index => values[index]).ThenByDescending(index => index).Take(k)];
}
