using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Models;

public sealed class LabelsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void NamesAreReadInTheirOrder()
    {
        Assert.Equal([new Label(null, "cat"), new Label(null, "dog")], Read("""["cat", "dog"]"""));
    }

    [Fact]
    public void KerasClassIndexIsReadByItsKeys()
    {
        Assert.Equal(
            [new Label("n01440764", "tench"), new Label("n01443537", "goldfish")],
            Read("""{"1": ["n01443537", "goldfish"], "0": ["n01440764", "tench"]}"""));
    }

    [Theory]
    [InlineData("cat", "not JSON")]
    [InlineData("3", "an array of names")]
    [InlineData("""["cat", 3]""", "entry 1")]
    [InlineData("""["cat", ""]""", "entry 1")]
    [InlineData("""{"0": ["a", "b"], "2": ["c", "d"]}""", "none with the key \"1\"")]
    [InlineData("""{"0": "tench"}""", "class 0 is not a pair")]
    [InlineData("""{"0": ["n01440764", null]}""", "the name of class 0")]
    public void AnotherFormIsRefusedByWhereItIsWrong(string text, string expected)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Read(text));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<Label> Read(string text)
    {
        File.WriteAllText(_file, text);
        return Labels.Read(_file);
    }
}
