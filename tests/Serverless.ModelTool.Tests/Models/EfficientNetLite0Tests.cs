using Serverless.ModelTool.Catalogue;
using Serverless.ModelTool.Classification;

namespace Serverless.ModelTool.Tests.Models;

/// <summary>The figures of <c>models/efficientnet-lite0/README.md</c>, measured again where the photographs are.</summary>
public sealed class EfficientNetLite0Tests
{
    [Fact]
    public async Task AHundredPhotographsGetTheTopFiveOfPyTorch()
    {
        var golden = GoldenTopFive.Read(Needed("embedded", "efficientnet-lite0", "golden-top5.tsv"));

        var answers = await ClassifyAsync();

        Assert.Equal(golden.Select(row => row.Picture), answers.Select(answer => Path.GetFileName(answer.File)));
        Assert.All(golden.Zip(answers), pair => pair.First.AssertEqual(pair.Second));
    }

    [Fact]
    public async Task OfAHundredPhotographs89AreRightAtFirstAnd96AmongFive()
    {
        var answers = await ClassifyAsync();

        int Right(int top) => answers.Count(answer => answer.Result!.Predictions.Take(top)
            .Any(prediction => prediction.ClassId == Path.GetFileName(answer.File).Split('_')[0]));
        Assert.Equal((100, 89, 96), (answers.Count, Right(top: 1), Right(top: 5)));
    }

    private static string Needed(params string[] path)
    {
        var found = TestFiles.Shared(out var skip, path);
        Assert.SkipWhen(found is null, skip);
        return found!;
    }

    private static async Task<List<Answer<Classifier.Classification>>> ClassifyAsync()
    {
        var files = ImageFiles.Expand([Needed("data", "images")]);
        await using var classifier = new FileClassifier(new ModelsFolder(TestFiles.InRepository("models")), "efficientnet-lite0");
        List<Answer<Classifier.Classification>> answers = [];
        await foreach (var answer in classifier.ClassifyAsync(files, 5, TestContext.Current.CancellationToken))
        {
            answers.Add(answer);
        }

        return answers;
    }
}
