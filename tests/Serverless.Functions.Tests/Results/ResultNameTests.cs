using Serverless.Functions.Results;

namespace Serverless.Functions.Tests.Results;

public class ResultNameTests
{
    [Theory]
    [InlineData("cat.jpg", "cat.jpg.json")]
    [InlineData("pets/cat.jpg", "pets/cat.jpg.json")]
    [InlineData("cat", "cat.json")]
    public void AResultIsCalledAsItsImageWithAnExtension(string image, string result) => Assert.Equal(result, ResultName.Of(image));

    [Fact]
    public void ANoteNeverLiesWhereAnotherImagesDocumentDoes() =>
        Assert.All(
            (string[])["cat.jpg", "cat.jpg.failure", new string('n', 1024)], image => Assert.False(ResultName.OfNote(image).EndsWith(".json", StringComparison.Ordinal)));

    [Theory]
    [InlineData(1016, 1024)]
    [InlineData(1017, 1024)]
    [InlineData(1024, 1024)]
    public void ANoteKeepsToTheLimitToo(int image, int note) => Assert.Equal(note, ResultName.OfNote(new string('n', image)).Length);

    [Fact]
    public void TheLongestNameThatLeavesRoomIsKept() => Assert.Equal(new string('n', 1019) + ".json", ResultName.Of(new string('n', 1019)));

    [Theory]
    [InlineData(1020)]
    [InlineData(1024)]
    public void ANameThatLeavesNoRoomIsCutToTheLimit(int length) => Assert.Equal(1024, ResultName.Of(new string('n', length)).Length);

    [Fact]
    public void LongNamesThatBeginAlikeAreToldApart() =>
        Assert.NotEqual(ResultName.Of(new string('n', 1023) + "a"), ResultName.Of(new string('n', 1023) + "b"));

    [Fact]
    public void ACutNeverSplitsACharacter()
    {
        var names = new[] { string.Concat(Enumerable.Repeat("🐈", 512)), "n" + string.Concat(Enumerable.Repeat("🐈", 511)) + "n" };

        Assert.All(names, name => Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(ResultName.Of(name)))));
    }
}
