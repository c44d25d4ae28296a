using Serverless.Classifier.Errors;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Models;

public sealed class ModelStoreTests : IDisposable
{
    private readonly TemporaryModels _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public void AModelAddedAMomentAgoIsThere()
    {
        var store = new ModelStore(_models.Root);
        Assert.Empty(store.Names);

        _models.Add("tiny");

        Assert.Equal(["tiny"], store.Names);
        Assert.Equal(["cat", "dog"], store.Open("tiny").Labels.Select(label => label.Name));
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("../tiny")]
    [InlineData("/etc")]
    public void AnUnknownNameIsRefusedWithTheNamesThatThereAre(string name)
    {
        _models.Add("tiny");

        var exception = Assert.Throws<ClassifierException>(() => new ModelStore(_models.Root).Open(name));

        Assert.Equal(ErrorKind.UnknownModel, exception.Kind);
        Assert.Contains("tiny", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelsThatCannotBeReadAreNamedByTheirFile()
    {
        _models.Add("tiny", labels: "{");

        var exception = Assert.Throws<ClassifierException>(() => new ModelStore(_models.Root).Open("tiny"));

        Assert.Equal(ErrorKind.InvalidModel, exception.Kind);
        Assert.Contains("labels.json", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatDoesNotExistHasNoModels() => Assert.Empty(new ModelStore(Path.Combine(_models.Root, "absent")).Names);
}
