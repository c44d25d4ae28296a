using Serverless.Benchmarks.Measurements;
using SixLabors.ImageSharp;

namespace Serverless.Benchmarks.Tests;

public class MadePicturesTests
{
    [Fact]
    public void TheLargePictureHasTwelveMegapixelsAndAsMuchInThemAsACamerasHas()
    {
        using var folder = new TemporaryFolder();

        var path = new MadePictures(folder.Path).Large();

        var facts = Image.Identify(path)!;
        Assert.Equal((4000, 3000), (facts.Width, facts.Height));
        // A camera's file of this size has 3 to 6 MB; an enlarged sample has less than 1.
        Assert.InRange(new FileInfo(path).Length, 3_000_000, 8_000_000);
    }

    [Fact]
    public void APictureIsMadeOnce()
    {
        using var folder = new TemporaryFolder();
        var pictures = new MadePictures(folder.Path);
        var first = File.GetLastWriteTimeUtc(pictures.Small());

        Assert.Equal(first, File.GetLastWriteTimeUtc(pictures.Small()));
        Assert.Single(Directory.EnumerateFiles(folder.Path));
    }
}
