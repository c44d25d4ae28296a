using Serverless.ModelTool.Quantization;

namespace Serverless.ModelTool.Tests.Quantization;

public sealed class PictureSplitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NoPictureIsUsedForTwoThings()
    {
        var folder = Fill("calibrate", Enumerable.Range(0, 10));

        var split = PictureSplit.Of(folder);

        Assert.Equal((6, 2, 2), (split.Calibration.Files.Count, split.Choice.Files.Count, split.Check.Files.Count));
        Assert.Equal(10, split.Calibration.Files.Concat(split.Choice.Files).Concat(split.Check.Files).Distinct().Count());
    }

    [Fact]
    public async Task WhatIsCheckedWithIsNotCalibratedWithThoughItHasAnotherName()
    {
        var calibrate = Fill("calibrate", Enumerable.Range(0, 20));
        var check = Fill("other", Enumerable.Range(5, 10));

        var split = await PictureSplit.OfAsync(calibrate, check, TestContext.Current.CancellationToken);

        Assert.Equal(10, split.Check.Files.Count);
        string[] used = [.. split.Calibration.Files.Concat(split.Choice.Files).Select(file => File.ReadAllText(file))];
        Assert.Equal(10, used.Length);
        Assert.Empty(used.Intersect(split.Check.Files.Select(file => File.ReadAllText(file))));
    }

    [Fact]
    public void OfManyPicturesSomeFromAllOverAreTaken()
    {
        var split = PictureSplit.Of(Fill("many", Enumerable.Range(0, 2000)));

        Assert.Equal((PictureSplit.MostForCalibration, PictureSplit.MostForChoice), (split.Calibration.Files.Count, split.Choice.Files.Count));
        Assert.InRange(Number(split.Calibration.Files[^1]), 1900, 1999);
    }

    [Fact]
    public void TooFewAreRefused()
    {
        var exception = Assert.Throws<ModelToolException>(() => PictureSplit.Of(Fill("few", Enumerable.Range(0, 3))));

        Assert.Contains("has 3 pictures", exception.Message);
    }

    private static int Number(string file) => int.Parse(Path.GetFileNameWithoutExtension(file), System.Globalization.CultureInfo.InvariantCulture);

    private string Fill(string name, IEnumerable<int> numbers)
    {
        var folder = Directory.CreateDirectory(_folder.File(name)).FullName;
        foreach (var number in numbers)
        {
            File.WriteAllText(Path.Combine(folder, $"{number:0000}.png"), $"{number}");
        }

        return folder;
    }
}
